"""The text of a document as its producer wrote it, page by page, for search and for reading aloud."""
from __future__ import annotations

from collections.abc import Iterator, Sequence

from print.ofd.document import OfdDocument
from print.ofd.model import Block, Composite, Object, Resources, Text, TextCode

DEEPEST = 12


def text_of(doc: OfdDocument) -> tuple[str, ...]:
    """One string a page: templates first, one line for each text object, in the order of drawing. Annotations are not in
    it: a watermark is not what the document says."""
    return tuple(
        "\n".join(line for layer in page.layers for line in _lines(layer.objects, doc.resources, 0)) for page in doc.pages
    )


def _lines(objects: Sequence[Object], resources: Resources, depth: int) -> Iterator[str]:
    for item in objects:
        if isinstance(item, Text):
            if item.common.visible:
                yield from (line for code in item.codes for line in _broken(code) if line.strip())
        elif isinstance(item, Block):
            yield from _lines(item.objects, resources, depth + 1)
        elif isinstance(item, Composite) and depth < DEEPEST:
            unit = resources.composites.get(item.resource)
            if unit is not None and item.common.visible:
                yield from _lines(unit.objects, resources, depth + 1)


def _broken(code: TextCode) -> list[str]:
    """Several lines may stand in one TextCode: where the text goes back along x and on along y (facts/print.md 6.5)."""
    if code.delta_x is None or code.delta_y is None:
        return [code.text]
    lines, start = [], 0
    for index in range(1, len(code.text)):
        back = code.delta_x[min(index - 1, len(code.delta_x) - 1)] < 0
        if back and code.delta_y[min(index - 1, len(code.delta_y) - 1)] > 0:
            lines.append(code.text[start:index])
            start = index
    return [*lines, code.text[start:]]
