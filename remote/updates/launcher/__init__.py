"""Stands outside the slots, is of the standard library alone, and picks the slot that runs: no release can break it.

Installed as /usr/local/lib/bozhou-terminal/launcher, run as `python3 -m launcher`.
"""
