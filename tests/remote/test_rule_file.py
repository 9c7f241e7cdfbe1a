from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from remote.central.rules.ruleset import DEFAULT_FILE, RulesFileError, load_rules, parse_rules

TEXT = DEFAULT_FILE.read_text(encoding="utf-8")
SECOND = (
    TEXT.split("versions:\n")[1]
    .replace('"demo-1"', '"from-2030"')
    .replace("2018-09-10", "2030-01-01")
    .replace("min_age: 60", "min_age: 65")
)


def test_the_version_in_force_is_chosen_by_the_day() -> None:
    rules = parse_rules(TEXT + SECOND, "two.yaml")
    assert rules.on(date(2029, 12, 31)).min_age == 60
    assert rules.on(date(2030, 1, 1)).min_age == 65
    with pytest.raises(RulesFileError, match="2018-09-09"):
        rules.on(date(2018, 9, 9))


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("min_age: 60", "min_age: sixty", "versions[0].min_age"),
        ("min_age: 60", "", "versions[0].min_age"),
        ("min_age: 60", "min_age: 60\n    max_age: 99", "versions[0].max_age"),
        ("from: 70", "from: 71", "versions[0].age_classes"),
        ('prefix: "S01"', 'prefix: "01"', "versions[0].number"),
        ("at_registration ", "never ", "versions[0].lost.old_card_dies"),
        ("effective_from: 2018-09-10", "effective_from: soon", "versions[0].effective_from"),
    ],
)
def test_bad_file_names_key_file_and_expectation(old: str, new: str, key: str) -> None:
    assert old in TEXT
    with pytest.raises(RulesFileError) as caught:
        parse_rules(TEXT.replace(old, new, 1), "hall.yaml")
    assert f"hall.yaml: {key}: expected" in str(caught.value)


def test_versions_out_of_order_are_refused() -> None:
    with pytest.raises(RulesFileError, match="effective_from to rise"):
        parse_rules(TEXT + SECOND.replace("2030-01-01", "2018-09-10"), "hall.yaml")


def test_missing_file_and_broken_yaml(tmp_path: Path) -> None:
    with pytest.raises(RulesFileError, match="readable rule file"):
        load_rules(tmp_path / "none.yaml")
    with pytest.raises(RulesFileError, match="expected YAML"):
        parse_rules("versions: [", "hall.yaml")
