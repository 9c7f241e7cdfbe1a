"""The heart: acts that cannot be repeated, plans with one pivot, a journal, recovery. Nothing here knows screens or devices."""
