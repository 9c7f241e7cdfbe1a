"""The attendant's screens, each as somebody sees it."""
from __future__ import annotations

from kiosk.attendant.jams import PICTURES
from kiosk.leaflet import attendant, staff
from kiosk.prompts import Lamp, Picture, Prompt, Slot
from tests.kiosk.ui.showroom_staff import LAMPS

UNITS = ("card_hopper", "card_stacker", "reject_bin", "capture_bin", "dispenser_bin")
BOOKS = (
    ("blanks_loaded", "200"), ("blanks_issued", "14"), ("blanks_kept", "1"), ("blanks_spoiled", "2"), ("blanks_left", "183"),
)  # fmt: skip
COUNTED = (("day_card_hopper", "182 / 183"), ("day_reject_bin", "2 / 2"), ("day_capture_bin", "1 / 1"))
DID = tuple((f"did_{name}", "yes" if name in ("identity", "hall_name") else "not_yet")
            for name in ("identity", "hall_name", "slots", "slip", "language", "volume"))  # fmt: skip
DEVICES = ("id_reader", "card_printer", "receipt_printer", "camera", "cabinet")


def exits(step: str) -> Slot:
    return {"slip": Slot.SLIP_EXIT, "powe": Slot.SLIP_EXIT, "page": Slot.A4_EXIT}.get(step[:4], Slot.CARD_EXIT)


def attendant_prompts() -> list[Prompt]:
    return [
        attendant.card(),
        attendant.second_card("王芳"),
        attendant.pin("王芳"),
        attendant.card_unknown(),
        attendant.same_person(),
        attendant.shut(),
        attendant.reader_away(["王芳", "李明"]),
        attendant.no_right(),
        attendant.looking(),
        *(attendant.failed(name) for name in ("operator_not_written", "operator_centre_away", "operator_reader_silent",
                                              "day_counts_given_up")),
        staff.count_given_up(200, 199),
        staff.more(closed=False),
        attendant.day_found(LAMPS, 4, more=True),
        attendant.day_slip(delivered=True),
        attendant.day_slip(delivered=False),
        attendant.day_sign((("blanks_left", "183"), ("day_slip", "yes"), ("day_wrong", "1"), ("troubles", "card_hopper_low"))),
        attendant.day_opened(served=True),
        attendant.day_opened(served=False),
        attendant.day_open_plans(),
        attendant.day_counts_differ(),
        attendant.day_sheet((*BOOKS, *COUNTED), differs=False),
        attendant.day_sheet((*BOOKS, *COUNTED), differs=True),
        attendant.day_closed(slip=True),
        attendant.day_closed(slip=False),
        *(staff.count(f"day_{which}_{unit}") for which in ("count", "again") for unit in UNITS),
        *(attendant.jam_step(step, picture, exits(step), "card_in_path", last=step.endswith("close"))
          for step, picture in PICTURES.items()),
        attendant.jam_none(),
        attendant.jam_cleared(),
        attendant.jam_remains("card_in_path"),
        attendant.owner_lays_id(),
        attendant.owner_again(),
        attendant.nothing_kept(),
        attendant.kept_found((("name", "王秀英"), ("number", "3416002026000017"), ("date", "2026-03-02"))),
        attendant.handing_back(),
        attendant.handed_back(slip=True),
        attendant.handed_back(slip=False),
        attendant.hand_back_refused(),
        attendant.hand_back_unknown(),
        attendant.modules(DEVICES),
        attendant.module_swap("card_printer", "EV-20417"),
        attendant.module_serial(),
        attendant.module_sign("card_printer", "EV-20417", "EV-31882", Lamp("card_printer", "green")),
        attendant.module_sign("card_printer", "EV-20417", "EV-20417", Lamp("card_printer", "green")),
        attendant.module_done(works=True),
        attendant.module_done(works=False),
        attendant.not_in_use("药都大厅"),
        attendant.commission_list(DID, ("identity", "hall_name", "slots", "slip", "language", "volume")),
        attendant.pairing_code(scanner=False),
        attendant.pairing_code(scanner=True),
        attendant.enrolling(),
        attendant.enrol_failed("code_refused"),
        attendant.enrolled("亳州市政务服务中心", "bz-01"),
        attendant.hall_name("亳州市政务服务中心", "亳州市政务服务中心(谯城区希夷大道 一楼大厅)"),
        attendant.slot_lit(Slot.CARD_EXIT, light=True),
        attendant.slot_lit(Slot.CARD_EXIT, light=False),
        attendant.came_out("try_slip_out", Picture.SLIP),
        attendant.language(),
        attendant.volume(2),
        attendant.commissioned(),
    ]  # fmt: skip
