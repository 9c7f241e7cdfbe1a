"""What is not, or otherwise, on the picture, in the few kinds that somebody who is no technician can be told about."""
from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from print.ofd.document import OfdDocument
from print.ofd.findings import Unsupported


class Kind(StrEnum):
    WORDS = "words"                    # characters or whole texts
    PICTURES = "pictures"
    SHAPES = "shapes"                  # lines, tables, figures
    NOTES = "notes"                    # annotations
    SEAL_PICTURE = "seal_picture"      # how the seal looks; what it is worth is another matter
    FILES = "files"                    # attachments, further documents in the same file
    PARTS = "parts"                    # the document names what the file does not have
    SONG_TYPE = "song_type"            # 宋体 set in the house's own face; likewise the next three
    KAI_TYPE = "kai_type"
    FANG_SONG_TYPE = "fang_song_type"
    OTHER_TYPE = "other_type"
    COLOURS = "colours"                # gradients, clips, masks: there, but not quite so
    UNKNOWN = "unknown"                # a finding that nobody has put into this table


_BEGINNINGS: tuple[tuple[str, Kind], ...] = (
    ("annotation ", Kind.NOTES), ("element ", Kind.SHAPES), ("composite ", Kind.SHAPES), ("object turned flat", Kind.SHAPES),
    ("picture of the seal", Kind.SEAL_PICTURE), ("signature ", Kind.SEAL_PICTURE),
    ("border of a picture", Kind.PICTURES), ("picture under a mask", Kind.COLOURS), ("picture", Kind.PICTURES),
    ("text without", Kind.WORDS), ("glyph", Kind.WORDS), ("character ", Kind.WORDS), ("embedded font ", Kind.OTHER_TYPE),
    ("text coloured", Kind.COLOURS), ("line coloured", Kind.COLOURS), ("clip ", Kind.COLOURS), ("gradient ", Kind.COLOURS),
    ("radial ", Kind.COLOURS), ("pattern", Kind.COLOURS), ("colour", Kind.COLOURS),
)  # fmt: skip
"""Of what the findings say."""
_TYPES: tuple[tuple[tuple[str, ...], Kind], ...] = (
    (("仿宋", "fangsong"), Kind.FANG_SONG_TYPE), (("楷", "kai"), Kind.KAI_TYPE), (("宋", "song", "simsun"), Kind.SONG_TYPE),
)  # fmt: skip


def kinds_of(doc: OfdDocument, findings: Iterable[Unsupported]) -> tuple[tuple[Kind, ...], tuple[Kind, ...]]:
    """(not drawn, drawn otherwise), each kind once, in the order of Kind."""
    found = list(findings)
    missing = {kind_of(one) for one in found if not one.drawn}
    if doc.attachments or doc.further_documents:
        missing.add(Kind.FILES)
    otherwise = {kind_of(one) for one in found if one.drawn} - missing
    return tuple(kind for kind in Kind if kind in missing), tuple(kind for kind in Kind if kind in otherwise)


def kind_of(finding: Unsupported) -> Kind:
    if finding.where == "document":
        return Kind.PARTS
    if finding.what.startswith("font "):
        name = finding.what.lower()
        return next((kind for parts, kind in _TYPES if any(part in name for part in parts)), Kind.OTHER_TYPE)
    if finding.what.endswith("in place of a picture"):
        return Kind.PICTURES
    return next((kind for beginning, kind in _BEGINNINGS if finding.what.startswith(beginning)), Kind.UNKNOWN)
