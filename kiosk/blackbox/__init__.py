"""The last minutes of this terminal in one file that may leave the house."""
