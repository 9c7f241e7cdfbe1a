"""Nothing personal leaves in a line of text: digits that could be a number of hers, and every word read in the visit.

Numbers by form: seven digits and more in a row (ID, phone, card, account, birth dates), whatever stands between them that
people put between digits, in any script's digits. It is on purpose too much: a date goes too. Words by content: whatever was
read of her (name, address), also spaced out, and in the forms in which a program prints bytes. The words are looked for by
hand: compiled patterns would stay in the cache of `re`, and after a visit nothing of hers may stay anywhere.
"""
from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import quote

NUMBER, WORD = "[数字]", "[姓名]"
LEAST_DIGITS = 7               # [A] a telephone number without its area code
LONGEST = 1000                 # characters of a line
_BETWEEN = r"[^\w\u3400-\u9fff]"
_NUMBER = re.compile(rf"\d(?:{_BETWEEN}{{0,3}}\d){{{LEAST_DIGITS - 1},}}(?:{_BETWEEN}{{0,2}}[Xx])?")
_BYTES = re.compile(r"(?:\\x[0-9a-fA-F]{2}|%[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}){2,}|[0-9a-fA-F]{24,}")
_ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
_DROPPED = frozenset({"Cf", "Cs", "Cn", "Co"})


def mask(line: str, secrets: Iterable[str] = ()) -> str:
    """The line without anything of hers. `secrets`: what was read in this visit."""
    clear = _without_words(_plain(line), secrets)
    return _NUMBER.sub(NUMBER, _BYTES.sub(NUMBER, clear))[:LONGEST]


def _plain(text: str) -> str:
    """One form for every writing of the same character; invisible characters go, control characters become spaces."""
    kept = (" " if unicodedata.category(char) == "Cc" else char for char in unicodedata.normalize("NFKC", text))
    return "".join(char for char in kept if unicodedata.category(char) not in _DROPPED)


def _without_words(text: str, secrets: Iterable[str]) -> str:
    places = [at for at, char in enumerate(text) if char.isalnum()]
    squeezed = "".join(_low(text[at]) for at in places)
    hidden = [False] * len(text)
    for form in {form for secret in secrets for form in _forms(secret)}:
        at = squeezed.find(form)
        while at >= 0:
            first, last = places[at], places[at + len(form) - 1]
            hidden[first : last + 1] = [True] * (last + 1 - first)
            at = squeezed.find(form, at + 1)
    return "".join(_masked(text, hidden))


def _masked(text: str, hidden: list[bool]) -> Iterator[str]:
    for at, char in enumerate(text):
        if not hidden[at]:
            yield char
        elif at == 0 or not hidden[at - 1]:
            yield WORD


def _forms(secret: str) -> Iterator[str]:
    """As text, and as `repr`, hexadecimal, JSON and URLs show its bytes; letters and digits alone. One character alone would
    mask half the language."""
    word = _squeezed(_plain(secret))
    if len(word) < 2:
        return
    yield word
    for written in {secret, _plain(secret).strip()}:
        yield _squeezed(written.encode("unicode_escape", "replace").decode())
        yield _squeezed(quote(written, errors="replace"))
        for encoding in _ENCODINGS:
            raw = written.encode(encoding, "replace")
            yield _squeezed(repr(raw)[2:-1])
            yield raw.hex()


def _squeezed(text: str) -> str:
    return "".join(_low(char) for char in text if char.isalnum())


def _low(char: str) -> str:
    low = char.lower()
    return low if len(low) == 1 else char
