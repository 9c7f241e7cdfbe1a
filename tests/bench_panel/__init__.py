"""The bench panel: everything around the terminal under two hands, in a window that goes on when the terminal is killed."""
