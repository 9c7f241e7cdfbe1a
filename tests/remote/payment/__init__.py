"""Payment: channel servers that check and make real signatures, one contract for all channels, and what money may never do."""
