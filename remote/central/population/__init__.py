"""A seeded synthetic population: nobody in it exists."""
