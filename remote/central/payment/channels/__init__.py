"""The channels that really take money. Each is imported only where the centre is set up with it."""
