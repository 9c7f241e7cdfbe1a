"""One sample of every prompt, as the journeys send it: what the checks measure and the gallery shows."""
from __future__ import annotations

import io
from datetime import date
from functools import cache

from PIL import Image

from kiosk.prompts import (
    CardPreview,
    Choice,
    Claim,
    Countdown,
    Digits,
    Facts,
    Idle,
    Levels,
    PersonShown,
    Picker,
    Picture,
    Progress,
    Prompt,
    SlipShown,
    Slot,
    StageState,
    Step,
    Tiles,
    Tone,
    Weight,
)
from print.layouts.card_face import SeniorCardFace, front
from print.raster import card_image
from remote.messages import RefusalCode


def first(name: str) -> Choice:
    return Choice(name, Weight.PRIMARY)


def quiet(name: str) -> Choice:
    return Choice(name, Weight.QUIET)


@cache
def photo_png() -> bytes:
    from kiosk.ui.pictures.portrait import portrait_png

    return portrait_png(300, 420)


@cache
def card_png() -> bytes:
    """The face of the card as print/ draws it."""
    face = SeniorCardFace(PERSON[0], "女", date(1944, 3, 8), "S01000012345", "70周岁及以上", "red", date(2026, 11, 21), date(2036, 11, 20),
                          photo_png())
    return _png(card_image(front(face)))


@cache
def slip_png() -> bytes:
    from PIL import ImageDraw, ImageFont

    from print.font_files import BOLD_FILE, REGULAR_FILE, find

    slip = Image.new("L", (576, 760), 255)
    draw = ImageDraw.Draw(slip)
    bold = ImageFont.truetype(str(find(BOLD_FILE)), 48)
    plain = ImageFont.truetype(str(find(REGULAR_FILE)), 36)
    draw.text((30, 30), "老年证 办好了", font=bold, fill=0)
    rows = ("欧*英  3412**********0021", "2026年11月21日 10:32", "亳州市政务服务中心一楼", "证号尾号 2345", "新证现在就能用。",
            "有事请带身份证到服务台。")
    for row, text in enumerate(rows):
        draw.text((30, 130 + row * 90), text, font=plain, fill=0)
    return _png(slip)


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


PERSON = ("欧阳秀英", "3412**********0021")
CLAIM = Claim(("清风", "白鹭", "石桥", "春茶"), "K7QF-2M9X", "BZ1:K7QF2M9X")
TOWNSHIPS = ("薛阁街道", "花戏楼街道", "汤陵街道", "古井镇", "芦庙镇", "华佗镇", "魏岗镇", "牛集镇", "颜集镇", "五马镇", "十八里镇", "谯东镇")
WINDOW = {"window": "一楼综合窗口"}


def stages(running: int) -> tuple[tuple[str, StageState], ...]:
    names = ("feed", "write", "print", "verify", "present")
    return tuple((name, StageState.DONE if at < running else StageState.RUNNING if at == running else StageState.WAITING)
                 for at, name in enumerate(names))


def person(*, card: bool) -> PersonShown:
    return PersonShown(*PERSON, 82, "70周岁及以上", photo_png(), CardPreview(card_png()) if card else None)


def _places(names: tuple[str, ...]) -> tuple[Choice, ...]:
    return tuple(Choice(f"place_{at}", label=name, value=str(341602001000 + at)) for at, name in enumerate(names))


def _desk(name: str, **more: object) -> Prompt:
    return Prompt(name, Tone.REFUSAL, picture=Picture.PERSON_AT_DESK, choices=(first("ok"),), params=WINDOW, **more)  # type: ignore[arg-type]


def _busy(name: str, step: Step | None = None) -> Prompt:
    return Prompt(name, Tone.BUSY, step, Picture.HOURGLASS, idle=Idle.MACHINE)


def _refusals() -> list[Prompt]:
    params = {
        RefusalCode.ID_EXPIRED: {"date": "2026-10-01"}, RefusalCode.TOO_YOUNG: {"date": "2027-12-28", "months": "13"},
        RefusalCode.WRONG_HOUSEHOLD: {"place": "阜阳市颍州区"}, RefusalCode.ALREADY_HAS_CARD: {"tail": "2345"},
        RefusalCode.TOO_EARLY: {"valid_to": "2028-12-30", "from": "2028-10-01"},
        RefusalCode.OPEN_CASE: {"days": "3", "delivery": "mail"}, RefusalCode.CARD_KEPT: {"place": "亳州市政务服务中心一楼"}}
    pictures = {RefusalCode.TOO_YOUNG: Picture.CALENDAR, RefusalCode.TOO_EARLY: Picture.CALENDAR, RefusalCode.ID_EXPIRED: Picture.CALENDAR,
                RefusalCode.WRONG_HOUSEHOLD: Picture.HOUSE, RefusalCode.CARD_KEPT: Picture.KEPT, RefusalCode.OPEN_CASE: Picture.ENVELOPE}
    return [Prompt(f"refusal_{code.value}", Tone.REFUSAL, picture=pictures.get(code, Picture.PERSON_AT_DESK), choices=(first("ok"),),
                   params={**WINDOW, **params.get(code, {})}, home=True, fault_code="P-203") for code in RefusalCode]


def _prompts() -> list[Prompt]:
    later = Choice("later")
    return [
        Prompt("home", contents=(Tiles(),), choices=(first("senior_card"), Choice("my_matters"))),
        Prompt("privacy", picture=Picture.SHIELD, choices=(first("agree"), Choice("not_now")), back=True, home=True),
        Prompt("lay_id", Tone.ATTENTION, Step.LAY_ID, Picture.TERMINAL, Slot.ID_READER, back=True),
        Prompt("reading_id", Tone.BUSY, Step.LAY_ID, Picture.TERMINAL, Slot.ID_READER, idle=Idle.MACHINE),
        Prompt("take_id_back", Tone.ATTENTION, Step.LAY_ID, Picture.CARD_BACK, Slot.ID_READER),
        Prompt("card_too_early", Tone.ATTENTION, Step.LAY_ID, Picture.TERMINAL, Slot.ID_READER, back=True),
        Prompt("card_unreadable", Tone.REFUSAL, Step.LAY_ID, Picture.PERSON_AT_DESK, choices=(first("try_again"), Choice("finish")), params=WINDOW),
        _desk("wrong_card_type", step=Step.LAY_ID),
        _desk("id_reader_away", fault_code="P-203"),
        _busy("checking", Step.CHECK),
        _busy("centre_slow", Step.CHECK),
        Prompt("confirm_person", step=Step.CHECK, contents=(person(card=True),),
               choices=(first("yes_me"), Choice("photo_wrong"), Choice("not_me")), note="trust_card_alone"),
        _desk("not_me"),
        _desk("photo_wrong"),
        Prompt("choose_service", step=Step.CHECK, choices=(Choice("lost"), Choice("damaged"), Choice("renew"), quiet("nothing")),
               params={"tail": "2345"}, back=True),
        Prompt("choose_new", step=Step.CHECK, contents=(CardPreview(card_png()),), choices=(first("new"), later), back=True),
        Prompt("renew_offer", step=Step.CHECK, picture=Picture.CALENDAR, choices=(first("renew"), Choice("not_now")), params={"date": "2027-01-30"}),
        Prompt("renew_expired", step=Step.CHECK, picture=Picture.CALENDAR, choices=(first("renew"), Choice("not_now")), params={"date": "2026-09-30"}),
        Prompt("class_offer", step=Step.CHECK, contents=(CardPreview(card_png()),), choices=(first("renew"), Choice("not_now"))),
        Prompt("loss_statement", step=Step.CHECK, picture=Picture.QUESTION, choices=(first("i_state"), Choice("report_loss"), Choice("found_it")),
               params={"tail": "2345"}, back=True),
        Prompt("choose_delivery", step=Step.CHECK, choices=(first("now"), Choice("mail")), params={"minutes": "2"}, back=True),
        Prompt("mail_only", step=Step.CHECK, picture=Picture.ENVELOPE, choices=(first("mail"), later), params={"place": "药都大厅"}, back=True),
        Prompt("choose_address", step=Step.CHECK, picture=Picture.HOUSE, back=True,
               choices=(Choice("address_0", label="谯城区薛阁街道****", value="a1"), Choice("address_1", label="谯城区古井镇****", value="a2"),
                        Choice("other_address"))),
        Prompt("pick_county", step=Step.CHECK, contents=(Picker(),), choices=_places(("谯城区", "涡阳县", "蒙城县", "利辛县")), back=True),
        Prompt("pick_township", step=Step.CHECK, contents=(Picker(("谯城区",)),), choices=_places(TOWNSHIPS), back=True),
        Prompt("pick_village", step=Step.CHECK, contents=(Picker(("谯城区", "花戏楼街道")),), back=True,
               choices=_places(tuple(f"{name}社区居民委员会" for name in ("北关", "南京巷", "白布大街", "爬子巷", "咸宁街", "和平路", "新华", "帽铺街")))),
        Prompt("house_number", step=Step.CHECK, contents=(Digits(1, 4, unit="house"),), choices=(first("done"),), back=True),
        Prompt("confirm_address", step=Step.CHECK, picture=Picture.HOUSE, choices=(first("right"), Choice("wrong")),
               params={"address": "亳州市谯城区花戏楼街道南京巷社区居民委员会12号"}, private=frozenset({"address"}), back=True),
        Prompt("confirm_apply", step=Step.CHECK, back=True, note="trust_card_alone",
               contents=(Facts((("service", "renew"), ("name", "欧阳秀英"), ("id", PERSON[1]), ("delivery", "instant"))),),
               choices=(first("start"), Choice("cancel"))),
        Prompt("progress", Tone.BUSY, Step.MAKE, contents=(Progress(stages(2), 43.0, 0.55), CLAIM), choices=(Choice("cancel"),),
               idle=Idle.MACHINE),
        Prompt("cancelling", Tone.BUSY, Step.MAKE, Picture.HOURGLASS, idle=Idle.MACHINE),
        Prompt("cancelled", picture=Picture.HOUSE, choices=(first("ok"),), home=True),
        Prompt("take_card", Tone.ATTENTION, Step.TAKE, Picture.CARD_OUT, Slot.CARD_EXIT, idle=Idle.MACHINE),
        _busy("card_taken", Step.TAKE),
        Prompt("printing_slip", Tone.BUSY, Step.TAKE, Picture.TERMINAL, Slot.SLIP_EXIT, idle=Idle.MACHINE),
        Prompt("done", Tone.DONE, Step.TAKE, Picture.TERMINAL, Slot.SLIP_EXIT, (SlipShown(slip_png()),), (first("finish"),), home=True),
        Prompt("done_no_slip", Tone.DONE, Step.TAKE, Picture.NONE, None, (Facts((("tail", "2345"), ("date", "2026-11-21"))),), (first("finish"),)),
        Prompt("done_registering", Tone.ATTENTION, Step.TAKE, Picture.TERMINAL, Slot.SLIP_EXIT, (SlipShown(slip_png()),), (first("finish"),)),
        Prompt("mailed", Tone.DONE, picture=Picture.ENVELOPE, choices=(first("finish"),), params={"hours": "24", "order": "EM1234567CN"}),
        Prompt("kept", Tone.REFUSAL, Step.TAKE, Picture.KEPT, choices=(first("ok"),), contents=(CLAIM,), params=WINDOW),
        Prompt("spoiled_choose", Tone.REFUSAL, Step.MAKE, Picture.TOOLS, choices=(first("again"), Choice("mail"), later)),
        Prompt("failed_claim", Tone.REFUSAL, Step.MAKE, contents=(CLAIM,), choices=(first("ok"),)),
        Prompt("in_doubt", Tone.REFUSAL, Step.TAKE, contents=(CLAIM,), choices=(first("ok"),), params=WINDOW, fault_code="P-207"),
        Prompt("submit_unknown", Tone.REFUSAL, contents=(CLAIM,), choices=(first("ok"),), params=WINDOW),
        Prompt("submit_failed", Tone.REFUSAL, picture=Picture.PERSON_AT_DESK, choices=(first("ok"),), params=WINDOW),
        _busy("network_trying", Step.CHECK),
        *_refusals(),
        Prompt("my_matters", contents=(Facts((("service", "lost"), ("submitted", "2026-11-18"), ("delivery", "mail"))),),
               choices=(first("print_slip"), Choice("finish")), home=True),
        Prompt("my_matters_none", contents=(), picture=Picture.SLIP, choices=(first("ok"),), params={"tail": "2345"}, home=True),
        Prompt("open_case", picture=Picture.ENVELOPE, choices=(first("convert_now"), Choice("keep_mail"), Choice("withdraw")),
               params={"days": "3", "delivery": "mail"}, home=True),
        Prompt("owed", picture=Picture.SLIP, choices=(first("produce_here"), later), params={"date": "2026-11-18", "place": "药都大厅"}),
        Prompt("kept_elsewhere", picture=Picture.KEPT, choices=(first("ok"),), params={"place": "药都大厅一楼", **WINDOW}),
        _desk("in_doubt_elsewhere"),
        Prompt("withdraw_confirm", picture=Picture.QUESTION, choices=(first("withdraw"), Choice("keep")), back=True),
        Prompt("withdrawn", Tone.DONE, picture=Picture.HOUSE, choices=(first("ok"),), home=True),
        Prompt("converted", Tone.DONE, picture=Picture.CARD_OUT, lit=Slot.CARD_EXIT, choices=(first("ok"),)),
        Prompt("loss_report_confirm", picture=Picture.QUESTION, choices=(first("confirm_loss"), Choice("found_it")), params={"tail": "2345"}),
        Prompt("loss_reported", Tone.DONE, picture=Picture.SHIELD, choices=(first("new"), later), home=True),
        Prompt("still_there", Tone.ATTENTION, contents=(Countdown(30),), choices=(first("i_am_here"), Choice("i_leave")), idle=Idle.FIXED, seconds=30),
        Prompt("goodbye", Tone.DONE, picture=Picture.CARD_BACK, lit=Slot.ID_READER, idle=Idle.FIXED, seconds=5),
        Prompt("help_called", picture=Picture.PERSON_AT_DESK, choices=(first("ok"),), back=True),
        Prompt("volume", contents=(Levels(5, 2),), choices=(first("done"),), back=True),
        Prompt("slip_no_paper", Tone.ATTENTION, contents=(CLAIM,), choices=(first("finish"),)),
        Prompt("slip_copy_printed", Tone.ATTENTION, picture=Picture.TERMINAL, lit=Slot.SLIP_EXIT, choices=(first("finish"),)),
        Prompt("power_back_card_at_exit", Tone.ATTENTION, Step.TAKE, Picture.CARD_OUT, Slot.CARD_EXIT, idle=Idle.FIXED, seconds=40),
        Prompt("out_of_service", Tone.REFUSAL, picture=Picture.TOOLS, params={"reason": "no_devices", "place": "大厅东门"}, fault_code="P-301"),
        Prompt("recovering", Tone.BUSY, picture=Picture.HOURGLASS, idle=Idle.MACHINE),
        Prompt("device_away", Tone.REFUSAL, picture=Picture.TOOLS, choices=(first("ok"),), params={"device": "card_printer", "place": "大厅东门"}, home=True),
        Prompt("operator_pin", contents=(Digits(6, 8, hidden=True),), choices=(first("done"),), back=True),
        Prompt("operator_menu", choices=(first("refill"), Choice("service_off"), Choice("service_on"), Choice("leave_fullscreen"), quiet("close_menu")),
               contents=(Facts((("blanks", "183 张"), ("paper", "够用"))),), back=True),
        Prompt("operator_refill_count", contents=(Digits(1, 3, unit="card"),), choices=(first("done"),), back=True),
        Prompt("operator_refill_again", contents=(Digits(1, 3, unit="card"),), choices=(first("done"),), back=True),
        Prompt("operator_refill_differs", Tone.REFUSAL, picture=Picture.QUESTION, choices=(first("again"), Choice("cancel")), params={"first": "200", "second": "199"}),
        Prompt("operator_refill_done", Tone.DONE, picture=Picture.KEPT, choices=(first("ok"),), params={"count": "200"}),
    ]


SAMPLES = {prompt.name: prompt for prompt in _prompts()}
