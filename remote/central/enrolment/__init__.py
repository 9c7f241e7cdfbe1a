"""Which terminal asks: pairing codes, certificates, the check of every request, a note of every identity that was not good."""
