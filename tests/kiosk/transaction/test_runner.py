"""A plan under every outcome of every act, and under a power cut at every single point."""
from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.transaction.journal import PLAN
from kiosk.transaction.plan import End, Mark
from tests.kiosk.transaction.acts import Script, Told, World, fresh, live, must_hold
from tests.virtual_time import run_in_virtual_time

SHM = "/dev/shm" if Path("/dev/shm").is_dir() else None


def lived(
    folder: Path, script: Script, *, cuts: list[int] | None = None, cancel_at: int | None = None
) -> tuple[World, End | None, list[str]]:
    world = World(fresh(folder / "journal"), script, list(cuts or []), cancel_at=cancel_at)
    end, rows = run_in_virtual_time(live, world)
    must_hold(world, rows)
    return world, end, [f"{row.act} {row.mark}" + (f" {row.attempt}" if row.attempt > 1 else "") for row in rows]


THREE = (Told("reserve"), Told("draw", undos=None), Told("feed"))


def test_all_goes_well(tmp_path: Path) -> None:
    _, end, rows = lived(tmp_path, Script(THREE, after=(Told("register"),)))
    assert end is End.FORWARD
    assert rows == [
        "plan opened", "reserve intent", "reserve done", "draw intent", "draw done", "feed intent", "feed done",
        "pivot intent", "pivot done", "plan decided_forward", "register intent", "register done", "plan closed",
    ]  # fmt: skip


def test_an_act_that_is_not_done_takes_the_plan_back_newest_first(tmp_path: Path) -> None:
    _, end, rows = lived(tmp_path, Script((*THREE, Told("print", ("not_done",), undos=None))))
    assert end is End.BACK
    assert rows[-6:] == [
        "print intent", "print not_done", "plan decided_back", "feed undone", "reserve undone", "plan closed",
    ]  # fmt: skip


@pytest.mark.parametrize("outcome", ["not_done", "unknown_done", "unknown_not", "later"])
@pytest.mark.parametrize("which", [0, 1, 2])
def test_before_the_pivot_every_bad_end_of_every_act_goes_back(tmp_path: Path, which: int, outcome: str) -> None:
    acts = list(THREE)
    acts[which] = Told(acts[which].name, (outcome,), acts[which].undos)
    world, end, rows = lived(tmp_path, Script(tuple(acts), after=(Told("register"),)))
    assert end is End.BACK and not world.past and "pivot intent" not in rows
    for later_act in THREE[which + 1 :]:
        assert f"{later_act.name} intent" not in rows


@pytest.mark.parametrize("outcome", ["ok", "not_done", "unknown_done", "unknown_not", "later"])
@pytest.mark.parametrize("probes", [("truth",), ("later", "truth"), ("unknown", "later", "truth")])
def test_the_pivot_ends_as_the_world_says(tmp_path: Path, outcome: str, probes: tuple[str, ...]) -> None:
    world, end, rows = lived(
        tmp_path, Script(THREE, Told("pivot", (outcome,)), probes, (Told("register"),), Told("freeze"))
    )
    assert end is (End.FORWARD if outcome in ("ok", "unknown_done") else End.BACK)
    asked = outcome not in ("ok", "not_done")
    assert ("plan in_doubt" in rows) == (asked and probes[0] == "unknown") == bool(world.performed["freeze"])
    assert ("pivot owed" in rows) == (asked and "later" in probes)


def test_a_second_try_is_a_new_attempt_and_both_are_undone(tmp_path: Path) -> None:
    feed = Told("feed", ("not_done", "ok"), tries=2)
    world, end, rows = lived(tmp_path, Script((feed, Told("print", ("not_done",), None))))
    assert end is End.BACK
    assert rows.index("feed undone 2") < rows.index("feed undone")
    assert world.undone == {("feed", 1), ("feed", 2)}


def test_tries_are_not_used_for_what_nobody_knows(tmp_path: Path) -> None:
    world, _, _ = lived(tmp_path, Script((Told("feed", ("unknown_done",), tries=3),)))
    assert world.performed["feed"] == 1


def test_one_undo_that_cannot_be_done_now_does_not_keep_the_others_back(tmp_path: Path) -> None:
    feed = Told("feed", undos=("later", "later", "ok"))
    world = World(fresh(tmp_path / "journal"), Script((Told("reserve"), feed, Told("print", ("not_done",), None))))

    async def once() -> End:
        from kiosk.transaction.runner import run

        journal, log = world.open()
        log.open("test", {})
        end = await run(world.plan(log), log, lambda: False)
        assert [(row.act, row.facts["waits_for"]) for row in log.owed()] == [("feed", "machine of feed")]
        assert not log.closed and ("reserve", 1) in world.undone
        journal.close()
        return end

    assert run_in_virtual_time(once) is End.BACK_OWED
    end, rows = run_in_virtual_time(go_on, world)
    assert end is End.BACK and [r.mark for r in rows].count(Mark.OWED) == 1       # one row a reason, not one a try


async def go_on(world: World) -> tuple[End | None, list[object]]:
    from kiosk.transaction.runner import settle

    end: End | None = None
    for _ in range(4):
        journal, log = world.open()
        end = await settle(world.plan(log), log)
        rows: list[object] = list(log.rows)
        journal.close()
    return end, rows


def test_after_the_pivot_an_act_is_owed_until_it_succeeds(tmp_path: Path) -> None:
    _, end, rows = lived(tmp_path, Script(THREE, after=(Told("register", ("later", "later", "ok")), Told("tell"))))
    assert end is End.FORWARD and rows.count("register owed") == 1
    assert rows.index("tell done") < rows.index("register done")        # the other one does not wait


def test_a_refusal_for_good_after_the_pivot_is_an_incident_and_not_a_retry(tmp_path: Path) -> None:
    world, end, rows = lived(tmp_path, Script(THREE, after=(Told("register", ("refused",)),)))
    assert end is End.FORWARD and rows.count("register incident") == 1 and world.performed["register"] == 1


def test_a_machine_that_is_not_ready_costs_no_row(tmp_path: Path) -> None:
    _, end, rows = lived(tmp_path, Script((Told("reserve"), Told("feed", prepares=("later",)))))
    assert end is End.BACK and "feed intent" not in rows and "feed undone" not in rows


def test_the_pivot_is_not_begun_where_its_machine_is_not_ready(tmp_path: Path) -> None:
    world, end, rows = lived(tmp_path, Script(THREE, Told("pivot", prepares=("later",))))
    assert end is End.BACK and "pivot intent" not in rows and world.performed["pivot"] == 0


@pytest.mark.parametrize("cancel_at", range(4))
def test_she_is_heard_between_acts_before_the_pivot_and_never_after(tmp_path: Path, cancel_at: int) -> None:
    world, end, rows = lived(tmp_path, Script(THREE, after=(Told("register"),)), cancel_at=cancel_at)
    assert end is End.BACK and not world.past
    assert world.performed.total() == cancel_at
    never = lived(tmp_path, Script(THREE, after=(Told("register"),)), cancel_at=4)
    assert never[1] is End.FORWARD


LONG = Script(
    (Told("reserve"), Told("draw", undos=None), Told("feed", ("not_done", "ok"), tries=2), Told("print", undos=None)),
    after=(Told("register", ("later", "ok")), Told("tell")), doubt=Told("freeze"),
)  # fmt: skip
SHORT = Script((Told("reserve"), Told("feed", undos=("later", "ok")), Told("print", ("not_done",), None)))
DOUBT = Script(
    (Told("feed"),), Told("pivot", ("unknown_done",)), ("unknown", "truth"), (Told("register"),), Told("freeze", ("later", "ok"))
)


@pytest.mark.parametrize("script", [LONG, SHORT, DOUBT], ids=["forward", "back", "doubt"])
def test_a_power_cut_at_every_point_and_one_more_on_the_way_back(script: Script) -> None:
    with tempfile.TemporaryDirectory(dir=SHM) as folder:
        whole = World(fresh(Path(folder) / "journal"), script)
        whole.cuts = [10_000]
        run_in_virtual_time(live, whole)
        point = 0
        while True:
            point += 1
            world, _, _ = lived(Path(folder), script, cuts=[point])
            if world.cuts:
                break                                       # the plan ended before the point came
            for second in (1, 4):
                lived(Path(folder), script, cuts=[point, second])
        assert point > 20


def told(name: str, *, where: str) -> st.SearchStrategy[Told]:
    early, late = ("ok", "ok", "not_done", "unknown_done", "unknown_not", "later"), ("ok", "later", "refused")
    ends = {"before": early, "pivot": early, "after": late, "doubt": late}
    undos = st.one_of(st.none(), st.lists(st.sampled_from(("ok", "later")), min_size=1, max_size=3))
    return st.builds(
        Told, st.just(name), st.lists(st.sampled_from(ends[where]), min_size=1, max_size=3), undos,
        st.sampled_from((("ok",), ("ok",), ("later", "ok"), ("later",))) if where != "doubt" else st.just(("ok",)),
        st.integers(1, 2) if where == "before" else st.just(1),
    )  # fmt: skip


scripts = st.builds(
    Script,
    before=st.integers(0, 4).flatmap(lambda n: st.tuples(*(told(f"b{i}", where="before") for i in range(n)))),
    pivot=told("pivot", where="pivot"),
    probes=st.lists(st.sampled_from(("truth", "later", "unknown")), min_size=1, max_size=3),
    after=st.integers(0, 2).flatmap(lambda n: st.tuples(*(told(f"a{i}", where="after") for i in range(n)))),
    doubt=st.one_of(st.none(), told("freeze", where="doubt")),
)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(scripts, st.lists(st.integers(1, 40), max_size=4), st.one_of(st.none(), st.integers(0, 6)))
def test_any_acts_any_cuts(script: Script, cuts: list[int], cancel_at: int | None) -> None:
    with tempfile.TemporaryDirectory(dir=SHM) as folder:
        world = World(Path(folder) / "journal", script, cuts, cancel_at=cancel_at)
        _, rows = run_in_virtual_time(live, world)
        must_hold(world, rows)


def test_settling_a_closed_plan_changes_nothing(tmp_path: Path) -> None:
    world = World(tmp_path / "journal", Script(THREE))
    run_in_virtual_time(live, world)
    end, rows = run_in_virtual_time(go_on, world)
    assert end is End.FORWARD and sum(row.act == PLAN for row in rows) == 3
