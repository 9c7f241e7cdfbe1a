"""Commands from the centre: begun once, at a moment that hurts nobody, written down before, answered until the centre has it."""
