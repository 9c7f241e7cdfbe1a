"""Documents with a seal: what the departments know, what may be printed, numbered copies, the public page that verifies."""
