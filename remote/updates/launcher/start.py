"""What the launcher does at each start and when a trial ends. Every decision is durable before it is acted on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .books import Books, BooksUnreadable, Head, Way, way_back
from .slots import BACK, HELD, KEPT, MOST_STARTS, TRYING, Home, Trial, counted


@dataclass(frozen=True)
class Start:
    """Run this slot. `trial`: it has still to prove itself; None: it runs as ever."""

    slot: str
    trial: Trial | None


def choose(home: Home, books: Books) -> Start:
    """Raises NothingToStart. Called before each start of the program; a cut anywhere in it leads to the same answer."""
    trial = home.trial()
    if trial is not None and trial.phase == TRYING:
        trial = _try_on(home, trial, books)
    if trial is not None and trial.phase == BACK and trial.restore:
        books.put_back()
        trial = home.put_trial(replace(trial, restore=False))
    slot = home.running()
    home.point(slot)
    if trial is not None and trial.phase == TRYING:
        return Start(slot, counted(home, trial))
    return Start(slot, None)


def _try_on(home: Home, trial: Trial, books: Books) -> Trial:
    if home.proved(trial):
        return end(home, trial, KEPT, "", books)
    if not home.whole(trial.slot):
        return end(home, trial, BACK, "not_whole", books)
    if trial.starts >= MOST_STARTS:
        return end(home, trial, BACK, "died", books)
    if trial.copied:
        return trial
    try:
        head = books.head()
        books.copy()
    except (BooksUnreadable, OSError):
        return end(home, trial, BACK, "journal_not_copied", books)
    return home.put_trial(replace(trial, copied=True, journal=head.schema if head else 0, head=head.head if head else ""))


def end(home: Home, trial: Trial, phase: str, why: str, books: Books) -> Trial:
    """KEPT, or BACK, which becomes HELD where the journal leaves no way back. Durable."""
    restore = False
    if phase == BACK and trial.starts > 0:
        way = _way(home, trial, books)
        phase, restore = (HELD if way is Way.NONE else BACK), way is Way.PUT_BACK
    return home.put_trial(replace(trial, phase=phase, why=why, restore=restore))


def _way(home: Home, trial: Trial, books: Books) -> Way:
    before = home.mark(trial.before)
    if before is None:
        return Way.NONE
    try:
        now = books.head()
    except BooksUnreadable:
        return Way.AS_IT_IS            # it was readable before; the program before it says so on the screen and serves nobody
    if now is None:
        return Way.AS_IT_IS
    return way_back(Head(trial.journal, trial.head), now, before.journal)
