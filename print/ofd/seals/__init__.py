"""Electronic seals of GB/T 38540 in OFD: their structure, their signature, their chain."""
