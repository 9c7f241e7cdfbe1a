"""Resident ID card reader (SAM_V / SDT): driver, and the machine at the other end of the wire."""
