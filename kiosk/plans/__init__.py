"""The plans of this terminal: which acts, in which order, with which pivot. Machines and the centre are joined here."""
