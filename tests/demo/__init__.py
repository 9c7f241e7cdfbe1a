"""The demo: a whole hall with a window, or a scripted citizen offscreen."""
