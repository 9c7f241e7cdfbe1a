"""A document as it may be seen on a screen in a hall: texts that name somebody are not drawn, a grey bar stands there.

Nothing is painted over: what is hidden is not in the picture at all. The file itself and its seal are left as they are.
"""
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from print.ofd.document import OfdDocument
from print.ofd.geometry import IDENTITY
from print.ofd.model import Block, Colour, Composite, Object, Path, Pen, Resources, Text
from print.ofd.paths import Segment

SHORTEST = 6
LONG_NUMBER = re.compile(rf"\d{{{SHORTEST},}}[Xx]?")
"""Numbers of people, cards, accounts and telephones."""
BAR = Pen(fill=Colour(parts=(0.82, 0.85, 0.89)))
DEEPEST = 12


def masked(doc: OfdDocument, names: Sequence[str]) -> OfdDocument | None:
    """Without the texts that hold one of `names` or a long number, also where they are put together from several texts.
    None where no name is found at all: then nobody knows where on the page she is named."""
    hider = _Hider(doc.resources, tuple(name for name in names if name))
    pages = []
    for page in doc.pages:
        layers = tuple(replace(layer, objects=hider.without(layer.objects)) for layer in page.layers)
        notes = tuple(replace(note, objects=hider.without(note.objects)) for note in page.annotations)
        pages.append(replace(page, layers=layers, annotations=notes))
    return replace(doc, pages=tuple(pages)) if hider.found else None


class _Hider:
    def __init__(self, resources: Resources, names: tuple[str, ...]) -> None:
        self._resources, self._names = resources, names
        self.found = False

    def without(self, objects: tuple[Object, ...]) -> tuple[Object, ...]:
        items = list(_flat(objects))
        hidden = self._hidden(items, [self._words(item, 0) for item in items])
        return tuple(_bar(item) if at in hidden else item for at, item in enumerate(items))

    def _hidden(self, items: Sequence[Object], words: Sequence[str]) -> set[int]:
        """Which of several texts in a row hold a part of a name, or of a long number in one line."""
        joined = "".join(words)
        owners = [at for at, part in enumerate(words) for _ in part]
        hidden: set[int] = set()
        for name in self._names:
            for match in re.finditer(re.escape(_plain(name)), joined):
                self.found = True
                hidden |= set(owners[match.start() : match.end()])
        for match in LONG_NUMBER.finditer(joined):
            lines = [list(group) for _, group in groupby(range(match.start(), match.end()), lambda at: _line(items[owners[at]]))]
            hidden |= {owners[at] for line in lines if len(line) >= SHORTEST for at in line}
        return hidden

    def _words(self, item: Object, depth: int) -> str:
        if isinstance(item, Text):
            return _plain("".join(code.text for code in item.codes))
        if isinstance(item, Composite) and depth < DEEPEST:
            unit = self._resources.composites.get(item.resource)
            return "".join(self._words(one, depth + 1) for one in _flat(unit.objects)) if unit is not None else ""
        return ""


def _flat(objects: Sequence[Object]) -> Iterator[Object]:
    for item in objects:
        if isinstance(item, Block):
            yield from _flat(item.objects)
        else:
            yield item


def _line(item: Object) -> float:
    """Where its line stands on the page, near enough to tell one line from the next; millimetres."""
    return round(item.common.boundary.y + item.common.boundary.height) if isinstance(item, Text | Composite) else -1.0


def _plain(words: str) -> str:
    return "".join(words.split())


def _bar(item: Object) -> Object:
    assert isinstance(item, Text | Composite)      # nothing else has words
    wide, high = item.common.boundary.width, item.common.boundary.height
    corners = (Segment("M", ((0, 0),)), Segment("L", ((wide, 0),)), Segment("L", ((wide, high),)), Segment("L", ((0, high),)),
               Segment("C"))  # fmt: skip
    return Path(replace(item.common, ctm=IDENTITY, clips=(), pen=BAR), corners, stroke=False, fill=True)
