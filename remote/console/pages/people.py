"""Who may sign in, with which roles and where; somebody who has left is disabled here."""

from __future__ import annotations

from typing import Any

from remote.central.access import people
from remote.central.access.rights import ROLE_NAMES, Right
from remote.console.page import Act, Doing, Page, Said, View
from remote.console.words import region_name


def show(view: View) -> dict[str, Any]:
    english = int(view.text.language == "en")
    found = people.everybody(view.centre.engine)
    return {
        "people": [
            {
                "name": person.name, "display": person.display, "open": open_now, "locked": locked,
                "roles": [
                    (ROLE_NAMES[grant.role][english], _where(grant.region, view)) for grant in person.grants
                ],
            }
            for person, open_now, locked in found
        ],
    }  # fmt: skip


def _where(region: str, view: View) -> str:
    return view.text("console.everywhere") if region in ("", "34", "3416") else region_name(region, view.text)


def disable(doing: Doing) -> Said:
    name = doing.form.get("name", "")
    if name == doing.person.name:
        return Said("people.not_yourself", "/console/people", good=False)
    doing.check(None)
    try:
        people.disable(doing.connection, name, by=doing.person.name, now=doing.now)
    except people.AccessError:
        return Said("people.nobody", "/console/people", good=False, fields={"name": name})
    return Said("people.disabled", "/console/people", fields={"name": name})


PAGE = Page("people", "people", Right.PEOPLE, show, acts=(Act("people/disable", Right.PEOPLE, disable),))
