"""Certificates and lists on A4: one file per layout, one way to draw them, one schema for the code they carry.

`draw.draw` makes the page; `content` says what a document holds; `masking` hides persons before a preview is drawn;
`claims` and `essential` are what the code on the paper says; `seal` is the look of the demonstration's seal.
"""
