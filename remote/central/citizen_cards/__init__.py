"""The citizen card's life at the centre: applied for, made, switched on, lost, replaced, its balance moved."""
