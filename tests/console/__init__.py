"""The technicians' web page, in a real browser and without one."""
