"""The whole world in one process, under one seed and a virtual clock. What is simulated is everything but the product."""
