"""What CI runs, as one command with one honest result."""
