from __future__ import annotations

from pathlib import Path

from tests.kiosk.rig import Hall, Person, in_hall


def test_a_first_card(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        her = Person(hall.post)
        await her.goes("done")
        await her.goes_on("home")
        hall.post.agree()
        assert hall.numbers() == ["live"], hall.numbers()
        print(hall.post.screen.names, hall.post.slips_out)
    in_hall(tmp_path, story)
