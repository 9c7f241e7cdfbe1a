"""Measuring: what this software costs, each number with its unit, how it was got, and the target it must hold."""
