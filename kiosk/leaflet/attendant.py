"""The attendant's screens: who it is, the day's beginning and end, jams, what was kept, modules, putting into use."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.leaflet.choices import DIGITS_DONE, OK
from kiosk.prompts import Choice, Digits, Facts, Idle, Lamp, Lamps, Levels, Picker, Picture, Prompt, Slot, Tiles, Tone, Weight

# -- who it is ------------------------------------------------------------------------------------------------------------


def card() -> Prompt:
    return Prompt("operator_card", tone=Tone.ATTENTION, picture=Picture.TERMINAL, lit=Slot.ID_READER, back=True)


def second_card(first: str) -> Prompt:
    params = {"first": first}
    return Prompt(
        "operator_second_card", tone=Tone.ATTENTION, picture=Picture.TERMINAL, lit=Slot.ID_READER, params=params, back=True
    )


def pin(name: str) -> Prompt:
    return Prompt(
        "operator_pin", contents=(Digits(6, 12, hidden=True),), params={"who": name} if name else {}, choices=(DIGITS_DONE,),
        back=True,
    )  # fmt: skip


def card_unknown() -> Prompt:
    return Prompt("operator_card_unknown", tone=Tone.REFUSAL, choices=(OK,))


def same_person() -> Prompt:
    return Prompt("operator_same_person", tone=Tone.REFUSAL, choices=(OK,))


def shut() -> Prompt:
    return Prompt("operator_shut", tone=Tone.REFUSAL, choices=(OK,))


def reader_away(names: Sequence[str]) -> Prompt:
    people = tuple(Choice(f"person_{at}", label=name) for at, name in enumerate(names))
    return Prompt("operator_reader_away", contents=(Picker(),), choices=people, back=True)


def no_right() -> Prompt:
    return Prompt("operator_no_right", tone=Tone.REFUSAL, choices=(OK,))


def looking() -> Prompt:
    return Prompt("operator_looking", tone=Tone.BUSY, picture=Picture.HOURGLASS, idle=Idle.MACHINE)


def failed(name: str) -> Prompt:
    """`operator_not_written`: the journal refused; `operator_centre_away`."""
    return Prompt(name, tone=Tone.REFUSAL, picture=Picture.TOOLS, choices=(OK,))


# -- the day ----------------------------------------------------------------------------------------------------------------


def day_found(lamps: Sequence[Lamp], wrong: int, *, more: bool) -> Prompt:
    choices = [Choice("go_on_day", Weight.PRIMARY), Choice("look_once_more")]
    choices += [Choice("next_lamps")] if more else []
    params = {"n": str(wrong)} if wrong else {}
    return Prompt("day_found", contents=(Lamps(tuple(lamps)),), params=params, choices=tuple(choices), back=True)


def day_slip(*, delivered: bool) -> Prompt:
    choices = (Choice("slip_is_good", Weight.PRIMARY), Choice("slip_is_bad")) if delivered else (Choice("slip_is_bad"),)
    picture = Picture.SLIP if delivered else Picture.TOOLS
    return Prompt("day_slip" if delivered else "day_slip_failed", picture=picture, choices=choices, back=True)


def day_sign(rows: Sequence[tuple[str, str]]) -> Prompt:
    choices = (Choice("open_now", Weight.PRIMARY), Choice("stay_closed"))
    return Prompt("day_sign", contents=(Facts(tuple(rows)),), choices=choices, back=True)


def day_opened(*, served: bool) -> Prompt:
    return Prompt("day_opened" if served else "day_opened_closed", tone=Tone.DONE, picture=Picture.TICK, choices=(OK,))


def day_open_plans() -> Prompt:
    return Prompt("day_open_plans", tone=Tone.REFUSAL, picture=Picture.HOURGLASS, choices=(OK,))


def day_counts_differ() -> Prompt:
    return Prompt("day_counts_differ", tone=Tone.REFUSAL, choices=(OK,))


def day_sheet(rows: Sequence[tuple[str, str]], *, differs: bool) -> Prompt:
    choices = (Choice("sign_differs" if differs else "sign_day", Weight.PRIMARY),)
    name = "day_sheet_differs" if differs else "day_sheet"
    return Prompt(name, contents=(Facts(tuple(rows)),), choices=choices, back=True)


def day_closed(*, slip: bool) -> Prompt:
    return Prompt("day_closed" if slip else "day_closed_no_slip", tone=Tone.DONE, picture=Picture.TICK, choices=(OK,))


# -- jams -------------------------------------------------------------------------------------------------------------------


def jam_step(step: str, picture: Picture, lit: Slot, trouble: str, *, last: bool) -> Prompt:
    choice = Choice("look_once_more" if last else "next_step", Weight.PRIMARY)
    return Prompt(f"jam_{step}", picture=picture, lit=lit, params={"troubles": trouble}, choices=(choice,), back=True)


def jam_none() -> Prompt:
    return Prompt("jam_none", tone=Tone.DONE, picture=Picture.TICK, choices=(OK,))


def jam_cleared() -> Prompt:
    return Prompt("jam_cleared", tone=Tone.DONE, picture=Picture.TICK, choices=(OK,))


def jam_remains(trouble: str) -> Prompt:
    return Prompt("jam_remains", tone=Tone.REFUSAL, picture=Picture.TOOLS, params={"troubles": trouble}, choices=(OK,))


# -- what was kept ------------------------------------------------------------------------------------------------------------


def owner_lays_id() -> Prompt:
    return Prompt("owner_lays_id", tone=Tone.ATTENTION, picture=Picture.TERMINAL, lit=Slot.ID_READER, back=True)


def nothing_kept() -> Prompt:
    return Prompt("nothing_kept", tone=Tone.REFUSAL, choices=(OK,))


def owner_again() -> Prompt:
    return Prompt("owner_again", tone=Tone.REFUSAL, choices=(OK,))


def kept_found(rows: Sequence[tuple[str, str]]) -> Prompt:
    """The card's number and her covered name, to be compared with the card in hand."""
    return Prompt(
        "kept_found", picture=Picture.KEPT, contents=(Facts(tuple(rows)),), choices=(Choice("card_is_here", Weight.PRIMARY),),
        back=True, private=frozenset(),
    )  # fmt: skip


def handing_back() -> Prompt:
    return Prompt("handing_back", tone=Tone.BUSY, picture=Picture.HOURGLASS, idle=Idle.MACHINE)


def handed_back(*, slip: bool) -> Prompt:
    return Prompt("handed_back" if slip else "handed_back_no_slip", tone=Tone.DONE, picture=Picture.TICK, choices=(OK,))


def hand_back_refused() -> Prompt:
    return Prompt("hand_back_refused", tone=Tone.REFUSAL, picture=Picture.PERSON_AT_DESK, choices=(OK,))


def hand_back_unknown() -> Prompt:
    return Prompt("hand_back_unknown", tone=Tone.REFUSAL, picture=Picture.HOURGLASS, choices=(OK,))


# -- modules ------------------------------------------------------------------------------------------------------------------


def modules(devices: Sequence[str]) -> Prompt:
    return Prompt("module_choose", contents=(Picker(),), choices=tuple(Choice(f"module_{name}") for name in devices), back=True)


def module_swap(device: str, old: str) -> Prompt:
    params = {"part": device, "old": old} if old else {"part": device}
    return Prompt("module_swap", picture=Picture.TOOLS, params=params, choices=(Choice("it_is_done", Weight.PRIMARY),), back=True)


def module_serial() -> Prompt:
    return Prompt("module_serial", contents=(Digits(1, 18),), choices=(DIGITS_DONE,), back=True)


def module_sign(device: str, old: str, new: str, light: Lamp) -> Prompt:
    rows = (("module_old", old or "-"), ("module_new", new or "-"))
    return Prompt(
        "module_sign" if old != new else "module_same", contents=(Facts(rows), Lamps((light,))), params={"part": device},
        choices=(Choice("sign_module", Weight.PRIMARY), Choice("look_once_more")), back=True,
    )  # fmt: skip


def module_done(*, works: bool) -> Prompt:
    if works:
        return Prompt("module_done", tone=Tone.DONE, picture=Picture.TICK, choices=(OK,))
    return Prompt("module_done_bad", tone=Tone.REFUSAL, picture=Picture.TOOLS, choices=(OK,))


# -- putting into use -----------------------------------------------------------------------------------------------------------


def not_in_use(nearest: str) -> Prompt:
    params = {"nearest": nearest} if nearest else {}
    return Prompt(
        "commission_wanted", tone=Tone.REFUSAL, picture=Picture.TOOLS, params=params,
        choices=(Choice("commission", Weight.QUIET),), idle=Idle.MACHINE,
    )  # fmt: skip


def commission_list(rows: Sequence[tuple[str, str]], todo: Sequence[str]) -> Prompt:
    """What is done and how it went, and what can be done next."""
    choices = (*(Choice(f"try_{name}") for name in todo), Choice("sign_commission", Weight.PRIMARY))
    return Prompt("commission_list", picture=Picture.TOOLS, contents=(Tiles(alike=True), Facts(tuple(rows))), choices=choices,
                  back=True)  # fmt: skip


def pairing_code(*, scanner: bool) -> Prompt:
    name = "pairing_code_scan" if scanner else "pairing_code"
    return Prompt(name, contents=(Digits(28, 28, letters=True),), choices=(DIGITS_DONE,), back=True)


def enrolling() -> Prompt:
    return Prompt("enrolling", tone=Tone.BUSY, picture=Picture.HOURGLASS, idle=Idle.MACHINE)


def enrol_failed(reason: str) -> Prompt:
    return Prompt("enrol_failed", tone=Tone.REFUSAL, params={"enrol": reason}, choices=(OK,))


def enrolled(hall: str, terminal: str) -> Prompt:
    rows = (("hall", hall), ("terminal", terminal))
    return Prompt("enrolled", tone=Tone.DONE, contents=(Facts(rows),), choices=(OK,))


def hall_name(hall: str, place: str) -> Prompt:
    return yes_no("try_hall_name", contents=(Facts((("hall", hall), ("place", place))),))


def slot_lit(slot: Slot, *, light: bool) -> Prompt:
    name = "try_slot_light" if light else "try_slot"
    return yes_no(name, picture=Picture.TERMINAL, lit=slot, params={"slot": slot.value})


def came_out(name: str, picture: Picture) -> Prompt:
    """`try_slip_out`, `try_card_out`, `try_page_out`."""
    return yes_no(name, picture=picture)


def yes_no(name: str, **more: object) -> Prompt:
    choices = (Choice("it_is_good", Weight.PRIMARY), Choice("it_is_not"))
    return Prompt(name, choices=choices, back=True, **more)  # type: ignore[arg-type]


def language() -> Prompt:
    return Prompt("try_language", contents=(Picker(),), choices=(Choice("in_chinese"), Choice("in_english")), back=True)


def volume(chosen: int) -> Prompt:
    return Prompt(
        "try_volume", contents=(Levels(5, chosen),), back=True,
        choices=(Choice("heard", Weight.PRIMARY), Choice("louder"), Choice("quieter")),
    )  # fmt: skip


def commissioned() -> Prompt:
    return Prompt("commissioned", tone=Tone.DONE, picture=Picture.TICK, choices=(OK,))


