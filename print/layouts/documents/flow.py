"""Strips onto pages: nothing torn, heads of tables repeated, nothing that announces something left alone at the bottom."""
from __future__ import annotations

from print.fitting import DoesNotFit
from print.layouts.documents.blocks import Strip

Page = list[Strip]


def pages(strips: list[Strip], first: float, others: float, closing: float) -> list[Page]:
    """Fill a first page of `first` points, then pages of `others`; on the last one `closing` points stay free.
    Raises DoesNotFit where one strip is higher than a page. What is to stay together and is higher than a page is divided."""
    filled: list[Page] = [[]]
    used, room = 0.0, first
    groups = [part for group in _groups(strips) for part in ([group] if _height(group) <= others else [[one] for one in group])]
    for group in groups:
        need = _height(group)
        if used + need > room and filled[-1]:
            filled.append([])
            used, room = 0.0, others
            head = group[0].again
            if head is not None:
                filled[-1].append(head)
                used = head.height
        if used + need > room:
            raise DoesNotFit(f"a part of {need:.0f} points on a page of {room:.0f}")
        filled[-1] += group
        used += need
    if used + closing > room:
        _move_to_a_last_page(filled, others - closing)
    return filled


def _move_to_a_last_page(filled: list[Page], room: float) -> None:
    """The seal never stands alone: the last part goes with it to the new page."""
    page = filled[-1]
    groups = _groups(page)
    if len(groups) < 2 or _height(groups[-1]) > room:
        filled.append([])
        return
    last = groups[-1]
    del page[-len(last) :]
    head = last[0].again
    filled.append([*([head] if head else []), *last])


def _height(strips: list[Strip]) -> float:
    return sum(strip.height for strip in strips)


def _groups(strips: list[Strip]) -> list[list[Strip]]:
    groups: list[list[Strip]] = []
    open_group = False
    for strip in strips:
        if open_group:
            groups[-1].append(strip)
        else:
            groups.append([strip])
        open_group = strip.with_next
    return groups
