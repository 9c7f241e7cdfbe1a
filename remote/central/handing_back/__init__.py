"""Kept cards, given back at the machine that kept them."""
