"""A small attack, the same one each time; `./run attack --minutes N` is the large one."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from remote.central.store.database import writing
from tests.attack import described, forms, run
from tests.attack.target import Target, attacked


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    with attacked(tmp_path_factory.mktemp("attack")) as target:
        yield target


def sound(target: Target) -> bool:
    assert (target.server_errors, target.effects) == ([], [])
    return target.requests > 0


def test_requests_of_strangers_and_bytes_nobody_means_to_send(target: Target) -> None:
    run.by_hand(target, random.Random(1), 1)
    assert sound(target)


def test_a_session_that_somebody_else_chose(target: Target) -> None:
    forms.attack_sessions(target)
    assert sound(target)


def test_what_the_description_forbids_signed_by_a_terminal(target: Target) -> None:
    run.by_description(target, random.Random(2), 4, 3, "forbidden")
    assert sound(target)


def test_what_the_description_allows_signed_by_a_terminal(target: Target) -> None:
    run.by_description(target, random.Random(3), 1, 3, "allowed")
    assert sound(target)


def test_the_description_names_every_operation(target: Target) -> None:
    assert len(described.operations(target)) > 60


def test_an_effect_and_an_error_would_be_seen(target: Target) -> None:
    with target.nothing_changes("a row"), writing(target.centre.engine) as connection:
        connection.exec_driver_sql("INSERT INTO meta VALUES ('attack', 'x')")
    target.heard("an error", 500)
    assert len(target.effects) == 1 and "meta" in target.effects.pop() and target.server_errors.pop() == "500 an error"
