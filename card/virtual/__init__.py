"""A card operating system in software: the chip at the other end of the wire."""
