"""Who did what at this machine, in a chain that shows every later change, and the centre as its witness."""
