"""What is wrong, told to whoever can do something about it: once, again until it is over, and once that it is over."""
