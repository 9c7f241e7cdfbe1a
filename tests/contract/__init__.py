"""What every machine of a class owes the terminal: one suite per device class, over every driver, simulated or real."""
