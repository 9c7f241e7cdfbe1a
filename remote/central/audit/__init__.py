"""What the centre remembers of the terminals' audit chains."""
