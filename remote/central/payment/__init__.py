"""Unified payment: orders, the channels that take the money, and what happens when they are late, doubled or silent."""
