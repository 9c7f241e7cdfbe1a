"""What of this terminal works now, and what it therefore offers. The class is in `health.py`; nothing is imported here, because
the first screen needs the words of an offer (`offers.py`) and not the drivers that are looked at."""
