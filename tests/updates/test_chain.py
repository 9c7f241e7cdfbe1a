"""What an attacker between the release manager and the terminal can do: withhold, and nothing else."""
from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, timedelta
from random import Random

import pytest

from remote.messages.releases import FetchMetadata, ReleaseOrder, Stage
from remote.updates.launcher.slots import Home
from remote.updates.trust import Chain, NotTrusted, Trusted
from tests.updates.cuts import HOME, Story, Terminal, installed, now_or_never
from tests.updates.paper_centre import NOW, PaperCentre, key, program

WELL = Story("well", b"well", "two")


def centre_and_chain() -> tuple[PaperCentre, Chain]:
    centre = PaperCentre()
    centre.publish("one", 1, program("1", b"well"))
    disk = installed(WELL).survives(Random(0))
    disk.write(HOME / "trust/root.json", centre.files["1.root.json"])
    return centre, Chain(disk, HOME / "trust")


def refresh(chain: Chain, centre: PaperCentre) -> Trusted:
    async def fetch(name: str) -> bytes | None:
        return centre.files.get(name)

    return now_or_never(chain.refresh(fetch, centre.now))


def refused(chain: Chain, centre: PaperCentre) -> str:
    with pytest.raises(NotTrusted) as caught:
        refresh(chain, centre)
    return caught.value.why


def test_honest_release_is_believed() -> None:
    centre, chain = centre_and_chain()
    assert refresh(chain, centre).target("program/one.tar").length > 0
    refresh(chain, centre)                                     # and again, with everything kept
    with pytest.raises(NotTrusted):
        refresh(chain, centre).target("program/other.tar")


def test_stolen_online_keys_make_no_release() -> None:
    centre, chain = centre_and_chain()
    refresh(chain, centre)
    centre.publish("evil", 9, program("9", b"evil"), by="thief")
    assert refused(chain, centre) == "unsigned"


def test_older_timestamp_is_refused() -> None:
    centre, chain = centre_and_chain()
    old = copy.deepcopy(centre.files)
    centre.publish("two", 2, program("2", b"well"))
    refresh(chain, centre)
    centre.files = old
    assert refused(chain, centre) == "older"


def test_older_targets_under_a_new_timestamp_are_refused() -> None:
    """Stolen online keys again: they roll back to a release that was withdrawn."""
    centre, chain = centre_and_chain()
    before = centre.targets
    centre.publish("two", 2, program("2", b"well"))
    refresh(chain, centre)
    centre.targets = before
    centre.sign_online()
    assert refused(chain, centre) in ("older", "malformed")


@pytest.mark.parametrize("role", ["timestamp", "snapshot", "targets"])
def test_flipped_byte_is_refused(role: str) -> None:
    centre, chain = centre_and_chain()
    name = next(name for name in centre.files if role in name)
    body = bytearray(centre.files[name])
    body[len(body) // 2] ^= 1
    centre.files[name] = bytes(body)
    assert refused(chain, centre) in ("malformed", "unsigned")


@pytest.mark.parametrize("role", ["timestamp", "snapshot", "targets"])
def test_truncated_metadata_is_refused(role: str) -> None:
    centre, chain = centre_and_chain()
    name = next(name for name in centre.files if role in name)
    centre.files[name] = centre.files[name][:-20]
    assert refused(chain, centre) == "malformed"


def test_mixed_and_matched_metadata_is_refused() -> None:
    """The snapshot of yesterday with the targets of today."""
    centre, chain = centre_and_chain()
    first = centre.files["2.targets.json"]
    centre.publish("two", 2, program("2", b"well"))
    centre.files["3.targets.json"] = first
    assert refused(chain, centre) == "malformed"


def test_another_root_is_not_believed() -> None:
    centre, chain = centre_and_chain()
    refresh(chain, centre)
    stranger = PaperCentre()
    stranger.rotate(("mallory", "eve"), ("mallory", "eve", "trudy"), "targets", "online")
    centre.files["2.root.json"] = stranger.files["2.root.json"]
    assert refused(chain, centre) == "unsigned"


def test_one_of_three_people_cannot_change_the_keys() -> None:
    centre, chain = centre_and_chain()
    centre.rotate(("chen",), ("chen", "mallory", "eve"), "thief", "online")
    assert refused(chain, centre) == "unsigned"


def test_keys_are_rotated_by_two_of_three_and_the_old_ones_are_dead() -> None:
    centre, chain = centre_and_chain()
    refresh(chain, centre)
    centre.rotate(("chen", "li"), ("chen", "li", "zhou"), "targets-2", "online-2")
    centre.targets.signatures.clear()
    centre.targets.signed.version += 1
    centre.targets.sign(key("targets-2"))
    centre.sign_online("online-2")
    assert "program/one.tar" in refresh(chain, centre).targets.targets
    centre.publish("evil", 3, program("3", b"evil"), by="targets")
    centre.sign_online("online-2")
    assert refused(chain, centre) == "unsigned"


def test_withheld_news_expire() -> None:
    centre, chain = centre_and_chain()
    refresh(chain, centre)
    centre.now = NOW + timedelta(days=2)                       # the centre's time goes on, what it serves is frozen
    assert refused(chain, centre) == "expired"


def test_time_does_not_go_back() -> None:
    """Stolen online keys name yesterday, when what they serve had not expired."""
    centre, chain = centre_and_chain()
    centre.now = NOW + timedelta(days=2)
    centre.sign_online()
    refresh(chain, centre)
    assert chain.floor() == (NOW + timedelta(days=2)).astimezone(UTC)
    centre.now = NOW
    centre.sign_online()                                       # newer version, but it ends before the floor
    assert refused(chain, centre) == "expired"


def test_far_future_does_not_brick() -> None:
    centre, chain = centre_and_chain()
    refresh(chain, centre)
    centre.now = NOW + timedelta(days=40_000)
    assert refused(chain, centre) == "expired"
    centre.now = NOW + timedelta(minutes=5)
    assert refresh(chain, centre)


def updated(change: Callable[[PaperCentre, ReleaseOrder], None]) -> tuple[str, Home]:
    """One look of a terminal that runs `one`, after `change`; how release `two` was told the next time."""
    import tests.updates.cuts as cuts

    centre = PaperCentre()
    centre.stored["one"] = program("1", b"well")
    story = Story(f"attack {id(change)}", b"well", "two")
    order = centre.publish("two", 2, program("2", b"well"))
    centre.orders = [order]
    change(centre, order)
    disk = installed(WELL).survives(Random(0))
    disk.write(HOME / "trust/root.json", centre.files["1.root.json"])
    terminal = Terminal(story, disk)
    home = Home(disk, HOME)
    before = cuts.story_told
    try:
        cuts.story_told = lambda _story: (centre, {})  # type: ignore[assignment]
        updates = terminal._updates(home, "a")
    finally:
        cuts.story_told = before
    switched = now_or_never(updates.once())
    now_or_never(updates.once())
    told = next((one for one in centre.asked[-1].progress if one.release == "two"), None)
    return ("switched" if switched else told.why if told and told.stage is Stage.REFUSED else "nothing"), home


def test_flipped_byte_in_the_release_is_refused_and_nothing_is_unpacked() -> None:
    def flip(centre: PaperCentre, order: ReleaseOrder) -> None:
        data = bytearray(centre.stored[order.path])
        data[100] ^= 1
        centre.stored[order.path] = bytes(data)

    why, home = updated(flip)
    assert why == "malformed" and home.mark("b") is None and not home.disk.exists(home.slot("b"))


def test_truncated_release_is_refused() -> None:
    def cut(centre: PaperCentre, order: ReleaseOrder) -> None:
        centre.stored[order.path] = centre.stored[order.path][:-1]

    assert updated(cut)[0] == "malformed"


def test_order_that_names_another_release_than_the_signed_one_is_refused() -> None:
    def other(centre: PaperCentre, order: ReleaseOrder) -> None:
        centre.orders = [order.model_copy(update={"path": "program/three.tar"})]
        centre.publish("three", 3, program("3", b"well"))

    assert updated(other)[0] == "malformed"


def test_signed_release_with_a_lower_number_is_refused() -> None:
    def old(centre: PaperCentre, order: ReleaseOrder) -> None:
        centre.orders = [centre.publish("two", 0, program("0", b"well")).model_copy()]

    assert updated(old)[0] == "older"


def test_honest_release_is_switched_to() -> None:
    assert updated(lambda centre, order: None)[0] == "switched"


def test_metadata_that_is_not_there_is_told() -> None:
    centre, chain = centre_and_chain()
    centre.files.pop("timestamp.json")
    assert refused(chain, centre) == "missing"
    assert now_or_never(centre.fetch_metadata(FetchMetadata(name="timestamp.json"))).found is False
