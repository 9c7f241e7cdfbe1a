"""Across the network: the terminal's client of the central platform, and the other end in remote/central."""
