"""Making a machine into a terminal: what is written where, what is switched on and off, as a list that can be read first."""
