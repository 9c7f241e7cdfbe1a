"""Thousands of simulated terminals as real clients of a real centre, and what it made of their deaths."""
