"""Kill -9 of the terminal at every instant that matters, and a look whether the promises hold."""
