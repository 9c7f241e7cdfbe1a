"""One sample of every prompt, as the journeys send it: what the checks measure and the gallery shows."""

from __future__ import annotations

import io
from datetime import date
from functools import cache

from PIL import Image

from kiosk import leaflet
from kiosk.conversation import help_called, still_there, volume
from kiosk.journeys.claims import claim_of
from kiosk.prompts import (
    CardPreview,
    Choice,
    Facts,
    PersonShown,
    Picture,
    Progress,
    Prompt,
    SlipShown,
    Slot,
    StageState,
    Tone,
    Weight,
)
from print.layouts.card_face import SeniorCardFace, front
from print.raster import card_image
from remote.messages import Delivery, KnownAddress, Offer, Refusal, RefusalCode, Service
from tests.kiosk.ui.showroom_attendant import attendant_prompts
from tests.kiosk.ui.showroom_citizen_card import citizen_card_prompts
from tests.kiosk.ui.showroom_citizen_made import citizen_made_prompts
from tests.kiosk.ui.showroom_ecredentials import ecredential_prompts
from tests.kiosk.ui.showroom_face import face_prompts
from tests.kiosk.ui.showroom_own import own_prompts
from tests.kiosk.ui.showroom_papers import paper_prompts
from tests.kiosk.ui.showroom_paying import paying_prompts
from tests.kiosk.ui.showroom_power import power_prompts
from tests.kiosk.ui.showroom_staff import VARIANTS, staff_prompts
from tests.kiosk.ui.showroom_topping_up import topping_up_prompts


@cache
def photo_png() -> bytes:
    from kiosk.ui.pictures.portrait import portrait_png

    return portrait_png(300, 420)


@cache
def card_png() -> bytes:
    """The face of the card as print/ draws it."""
    face = SeniorCardFace(
        PERSON[0],
        "女",
        date(1944, 3, 8),
        "S01000012345",
        "70周岁及以上",
        "red",
        date(2026, 11, 21),
        date(2036, 11, 20),
        photo_png(),
    )
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
    rows = (
        "欧*英  3412**********0021",
        "2026年11月21日 10:32",
        "亳州市政务服务中心一楼",
        "证号尾号 2345",
        "新证现在就能用。",
        "有事请带身份证到服务台。",
    )
    for row, text in enumerate(rows):
        draw.text((30, 130 + row * 90), text, font=plain, fill=0)
    return _png(slip)


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


PERSON = ("欧阳秀英", "3412**********0021")
CLAIM = claim_of("5c" * 16)
TOWNSHIPS = (
    "薛阁街道",
    "花戏楼街道",
    "汤陵街道",
    "古井镇",
    "芦庙镇",
    "华佗镇",
    "魏岗镇",
    "牛集镇",
    "颜集镇",
    "五马镇",
    "十八里镇",
    "谯东镇",
)
VILLAGES = tuple(
    f"{name}社区居民委员会" for name in ("北关", "南京巷", "白布大街", "爬子巷", "咸宁街", "和平路", "新华", "帽铺街")
)
ADDRESS = "亳州市谯城区花戏楼街道南京巷社区居民委员会12号"
WINDOW = {"window": "一楼综合窗口"}
REFUSED = {
    RefusalCode.ID_EXPIRED: {"date": "2026-10-01"},
    RefusalCode.TOO_YOUNG: {"date": "2027-12-28", "months": "13"},
    RefusalCode.WRONG_HOUSEHOLD: {"place": "阜阳市颍州区"},
    RefusalCode.ALREADY_HAS_CARD: {"tail": "2345"},
    RefusalCode.TOO_EARLY: {"valid_to": "2028-12-30", "from": "2028-10-01"},
    RefusalCode.OPEN_CASE: {"days": "3", "delivery": "mail"},
    RefusalCode.CARD_KEPT: {"place": "亳州市政务服务中心一楼"},
    RefusalCode.CLAIM_WRONG: {"tries_left": "2"},
    RefusalCode.SETTLED_ALREADY: {"place": "药都大厅"},
    RefusalCode.ALREADY_CERTIFIED: {"from": "2027-11-08"},
    RefusalCode.TOO_YOUNG_FOR_ALLOWANCE: {"date": "2030-12-28"},
    RefusalCode.TOO_MANY_COPIES: {"copies": "2"},
    RefusalCode.HAS_CITIZEN_CARD: {"tail": "7485"},
    RefusalCode.CARD_LOST: {"tail": "7485"},
    RefusalCode.CARD_DEAD: {"tail": "7485"},
    RefusalCode.CITIZEN_CARD_KEPT: {"place": "亳州市政务服务中心一楼"},
    RefusalCode.NO_CONCESSION: {"date": "2030-12-28"},
    RefusalCode.AMOUNT_NOT_ALLOWED: {"least": "10", "most": "999"},
}


def stages(running: int) -> tuple[tuple[str, StageState], ...]:
    names = ("feed", "write", "print", "verify", "present")
    return tuple(
        (name, StageState.DONE if at < running else StageState.RUNNING if at == running else StageState.WAITING)
        for at, name in enumerate(names)
    )


def _places(names: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(str(341602001000 + at), name) for at, name in enumerate(names)]


def _journeys() -> list[Prompt]:
    """What the journeys ask and tell, made by the leaflet itself."""
    person = PersonShown(*PERSON, 82, "70周岁及以上", photo_png(), CardPreview(card_png()))
    offers = [Offer(service=service, refusal=None) for service in (Service.LOST, Service.DAMAGED, Service.RENEW)]
    both = [Delivery.INSTANT, Delivery.MAIL]
    addresses = [
        KnownAddress(address_id=f"a{at}", masked=text) for at, text in enumerate(("谯城区薛阁街道****", "谯城区古井镇****"))
    ]
    slip, last = SlipShown(slip_png()), date(2026, 11, 18)
    return [
        leaflet.home(("senior_card", "certify_80_plus", "print_certificate", "my_matters")),
        leaflet.out_of_service("no_devices", "大厅东门"),
        leaflet.recovering(),
        leaflet.card_at_exit_after_power_cut(),
        *power_prompts(CLAIM),
        *topping_up_prompts(slip_png()),
        *citizen_card_prompts(slip_png()),
        leaflet.goodbye(),
        leaflet.privacy(),
        leaflet.lay_id(),
        leaflet.card_too_early(),
        leaflet.take_id_back(),
        leaflet.card_unreadable(),
        leaflet.id_reader_away(),
        leaflet.wrong_card_type(),
        leaflet.checking(),
        leaflet.centre_slow(),
        leaflet.network_trying(),
        leaflet.submit_failed(),
        leaflet.confirm_person(person, note="trust_card_alone"),
        leaflet.not_me(),
        leaflet.photo_wrong(),
        leaflet.choose_service(offers, "2345"),
        *(leaflet.renew_offer(last, reason=why) for why in ("expiry", "expired", "class")),
        leaflet.loss_statement("2345"),
        leaflet.choose_delivery(both, CardPreview(card_png()), takes_s=46.0),
        leaflet.choose_delivery([Delivery.MAIL], None, takes_s=46.0, why="no_blanks"),
        leaflet.not_here_now(),
        leaflet.choose_address(addresses),
        leaflet.pick_place("county", _places(("谯城区", "涡阳县", "蒙城县", "利辛县")), ()),
        leaflet.pick_place("township", _places(TOWNSHIPS), ("谯城区",)),
        leaflet.pick_place("village", _places(VILLAGES), ("谯城区", "花戏楼街道")),
        leaflet.house_number(("谯城区", "花戏楼街道")),
        leaflet.confirm_address(ADDRESS),
        *(leaflet.refusal(Refusal(code=code, params=REFUSED.get(code, {}), reason="-")) for code in RefusalCode),
        leaflet.submitting(),
        leaflet.progress(Progress(stages(2), 43.0, 0.55), CLAIM, may_cancel=True),
        leaflet.cancelling(),
        leaflet.take_card(),
        leaflet.registering(),
        leaflet.keeping(),
        leaflet.taking_back(),
        leaflet.done("done", slip),
        leaflet.done("done_registering", slip),
        leaflet.settled("withdrawn"),
        leaflet.settled("loss_reported"),
        leaflet.slip_no_paper(Facts((("tail", "2345"),))),
        leaflet.mailed(24, "EM12345678901", slip),
        leaflet.not_made_choose(again=True, spoiled=True),
        leaflet.not_made_choose(again=False, spoiled=False),
        *(
            leaflet.with_claim(name, CLAIM, fault_code="P-407")
            for name in ("failed_claim", "submit_unknown", "in_doubt", "cancelled")
        ),
        leaflet.with_claim("kept", CLAIM, picture=Picture.KEPT),
        leaflet.open_case(3, Delivery.MAIL, can_convert=True, can_withdraw=True),
        leaflet.owed(last, here=True, can_withdraw=True),
        leaflet.owed(last, here=False, can_withdraw=True),
        *(leaflet.matter_elsewhere(name, "药都大厅") for name in ("kept_elsewhere", "in_doubt_elsewhere", "produced_elsewhere")),
        leaflet.my_matters_none("2345", may_report=True),
        leaflet.sure("withdraw_confirm", "withdraw"),
        leaflet.sure("loss_report_confirm", "confirm_loss"),
        still_there(30.0),
        help_called(),
        volume(2, 15.0),
    ]


def first(name: str) -> Choice:
    return Choice(name, Weight.PRIMARY)


def _others() -> list[Prompt]:
    """The technician's screens."""
    return [
        Prompt("slip_copy_printed", Tone.ATTENTION, picture=Picture.TERMINAL, lit=Slot.SLIP_EXIT, choices=(first("finish"),)),
    ]


_ROOMS = (
    paying_prompts(slip_png()), face_prompts(slip_png()), paper_prompts(), ecredential_prompts(), staff_prompts(),
    attendant_prompts(), _others(), citizen_made_prompts(slip_png()),
)  # fmt: skip
SAMPLES = {prompt.name: prompt for room in (_journeys(), *_ROOMS, own_prompts(slip_png())) for prompt in room}
EVERY = {**SAMPLES, **VARIANTS}
