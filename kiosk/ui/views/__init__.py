"""One file for each thing that can be seen in the middle of a screen. Each has `height(sheet, ...)`, the pixels it would
like at a given width, and `draw(sheet, box, ...)`, which fills the box it gets."""
