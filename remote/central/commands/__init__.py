"""Commands to terminals: asked by one, where it is dangerous approved by another, done once, answered with a signature."""
