"""What the machines and their drivers said to each other in the last minutes, without anything that names a person."""
