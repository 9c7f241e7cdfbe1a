"""Every screen, drawn into docs/gallery."""
