"""A USB bulk machine with nothing but software behind it, for programs that use the real libusb.

The program under test is unchanged and runs in a process of its own, started with LD_PRELOAD=libumockdev-preload.so.0 and
UMOCKDEV_DIR=<root>: the preloaded library sends its look-ups below /sys and /dev to <root> and its ioctls to a socket
there. Everything behind that socket is here, in Python (facts/devices.md 10.2). End the program before the simulator:
the preloaded library aborts a process whose socket closes.
"""
