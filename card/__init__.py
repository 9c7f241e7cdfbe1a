"""The citizen card over PC/SC: APDUs, files, and the virtual card."""
