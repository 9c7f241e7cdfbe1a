"""Electronic credentials (OFD) at the terminal: opened and verified in a process of its own, with limits, because the file
comes from outside."""
