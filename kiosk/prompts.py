"""What the terminal asks and tells: no pixels, no widgets, no devices.

A screen draws a prompt, the speech says it, a scripted citizen answers it in tests: all from the same object. The
sentences live in the catalogue under the prompt's name (`<name>.title`, `.body`, `.say`) and under the names of its
choices; `params` fill them. Params named in `private` are shown, never spoken.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum


class Step(StrEnum):
    """One word of the short row at the top."""

    LAY_ID = "lay_id"
    CHECK = "check"
    MAKE = "make"
    TAKE = "take"
    PRINT = "print"
    TAKE_PAPER = "take_paper"
    CERTIFY = "certify"
    INSERT_CARD = "insert_card"
    AMOUNT = "amount"
    LOAD = "load"
    TAKE_CARD = "take_card"
    MAKE_CARD = "make_card"
    BALANCE = "balance"
    LOOK = "look"
    BILL = "bill"
    TAKE_SLIP = "take_slip"
    NEW_PIN = "new_pin"
    REPORT = "report"


CITIZEN_CARD_STEPS = (Step.LAY_ID, Step.CHECK, Step.MAKE_CARD, Step.TAKE_CARD)  # 放身份证 · 核对 · 做卡 · 取卡
CARD_STEPS = (Step.LAY_ID, Step.CHECK, Step.MAKE, Step.TAKE)               # 放身份证 · 核对 · 做证 · 取证
PAPER_STEPS = (Step.LAY_ID, Step.CHECK, Step.PRINT, Step.TAKE_PAPER)       # 放身份证 · 核对 · 打印 · 取走
CERTIFY_STEPS = (Step.LAY_ID, Step.CHECK, Step.CERTIFY)                    # 放身份证 · 核对 · 认证
TOP_UP_STEPS = (Step.INSERT_CARD, Step.AMOUNT, Step.LOAD, Step.TAKE_CARD)  # 插卡 · 选金额 · 充值 · 取卡
PIN_STEPS = (Step.INSERT_CARD, Step.NEW_PIN, Step.TAKE_CARD)               # 插卡 · 设密码 · 取卡
RESET_STEPS = (Step.LAY_ID, Step.CHECK, Step.INSERT_CARD, Step.NEW_PIN)    # 放身份证 · 核对 · 插卡 · 设密码
ON_CARD_STEPS = (Step.LAY_ID, Step.CHECK, Step.INSERT_CARD, Step.TAKE_CARD)  # 放身份证 · 核对 · 插卡 · 取卡
LOSS_STEPS = (Step.LAY_ID, Step.CHECK, Step.REPORT)                        # 放身份证 · 核对 · 挂失
BILL_STEPS = (Step.BILL, Step.CHECK, Step.TAKE_SLIP)                       # 选账单 · 核对 · 拿凭条
OWN_STEPS = (Step.LAY_ID, Step.CHECK, Step.LOOK)                           # 放身份证 · 核对 · 查看
BALANCE_STEPS = (Step.INSERT_CARD, Step.BALANCE, Step.TAKE_CARD)           # 插卡 · 看余额 · 取卡


class Slot(StrEnum):
    """The slots of this terminal; where each sits on the front is in kiosk.toml. A lit slot has the colour of its real light."""

    ID_READER = "id_reader"
    CARD_EXIT = "card_exit"
    SLIP_EXIT = "slip_exit"
    A4_EXIT = "a4_exit"
    CITIZEN_CARD = "citizen_card"      # where she puts her own chip card
    SCANNER = "scanner"                # where she holds her phone


class Picture(StrEnum):
    """What the one picture under the sentence shows. Pictures with a slot draw THIS terminal with `lit` glowing."""

    NONE = "none"
    TERMINAL = "terminal"              # the machine with the lit slot and an arrow towards it
    CARD_OUT = "card_out"              # the card sticks out of the lit slot
    CARD_BACK = "card_back"            # take your ID card back from the reader
    PERSON_AT_DESK = "person_at_desk"  # go to the window / a member of staff comes
    HOURGLASS = "hourglass"
    ENVELOPE = "envelope"
    SHIELD = "shield"                  # privacy
    CALENDAR = "calendar"              # a date from which it can be done
    HOUSE = "house"
    SLIP = "slip"
    QUESTION = "question"
    TOOLS = "tools"                    # out of service
    KEPT = "kept"                      # the card safe inside the machine
    CARD = "tile_card"                 # the senior card itself
    CARD_IS_FINE = "choice_keep"       # the senior card, with a tick
    CARD_LOST = "choice_lost"
    CAMERA = "camera"                  # a photo has to be taken
    OTHER_MACHINE = "other_machine"    # go on at the other terminal
    MATTERS = "tile_matters"           # the folder of what was applied for
    JAM_OPEN = "jam_open"              # at the machine: the flap behind the lit slot, opened
    JAM_PULL = "jam_pull"              # what is stuck, between two rollers, and the hand that pulls it out
    JAM_CLOSE = "jam_close"
    TICK = "tick"                      # it is done, and nothing has to be taken


class Tone(StrEnum):
    PLAIN = "plain"
    ATTENTION = "attention"            # your turn: lay, take, look
    REFUSAL = "refusal"
    DONE = "done"
    BUSY = "busy"


class Idle(StrEnum):
    """Who may grow impatient. WATCH: the idle limit and then "are you still there". MACHINE: the machine is busy, nobody is
    hurried. FIXED: the prompt goes by itself after `seconds`."""

    WATCH = "watch"
    MACHINE = "machine"
    FIXED = "fixed"


class Weight(StrEnum):
    PRIMARY = "primary"
    SECONDARY = "secondary"
    QUIET = "quiet"


@dataclass(frozen=True)
class Choice:
    """One thing to touch. Its label is catalogue text `choice.<name>` unless `label` gives data to show (a name, a place).

    A tile may carry a `note` (catalogue `tile.<note>`, filled with the reason `why`); one that is not `able` is drawn greyed and
    still answers: it then says why."""

    name: str
    weight: Weight = Weight.SECONDARY
    label: str | None = None
    value: str | None = None
    note: str = ""
    why: str = ""
    able: bool = True

    def quiet(self) -> Choice:
        """The same choice, not the first thing one sees."""
        return replace(self, weight=Weight.QUIET)


# -- what is seen in the middle --------------------------------------------------------------------------------------

@dataclass(frozen=True)
class CardPreview:
    """The face of the card as it will be printed, ready as PNG bytes (1012 x 638)."""

    png: bytes


@dataclass(frozen=True)
class PersonShown:
    name: str
    id_masked: str
    age: int
    age_class: str
    photo_png: bytes | None
    card: CardPreview | None


@dataclass(frozen=True)
class Facts:
    """Label key (catalogue `fact.<key>`) and value, in reading order."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Tiles:
    """Home and menus. Each choice of the prompt is drawn as a tile; the first is the big one, unless all are `alike`."""

    alike: bool = False


@dataclass(frozen=True)
class Picker:
    """One list to pick from (county, township, village); each choice of the prompt is a row. Pages when it is long."""

    chosen: tuple[str, ...] = ()       # what was picked before, shown as a path


@dataclass(frozen=True)
class Digits:
    """Digits by a large key pad. The answer's value is the string of digits."""

    at_least: int
    at_most: int
    hidden: bool = False               # PIN: dots instead of digits
    last: str = ""                     # one more key, good for the last place alone: the X of an ID number
    unit: str = ""                     # catalogue key of what stands behind the number (号, 张)
    letters: bool = False              # the letters and digits of a pairing code instead (remote/enrolment/code.py)


class StageState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"


@dataclass(frozen=True)
class Progress:
    """What the machine is doing. `remaining_s` is counted from measured distributions and counts down; None = not known.
    `portion` 0..1 of the whole, never 1 before the end."""

    stages: tuple[tuple[str, StageState], ...]   # catalogue `stage.<key>`
    remaining_s: float | None
    portion: float


@dataclass(frozen=True)
class Claim:
    """The claim code: words to remember, characters to read, a QR to scan. Settles only together with the ID card."""

    words: tuple[str, ...]
    code: str                          # "K7QF-2M9X"
    qr: str


@dataclass(frozen=True)
class Countdown:
    seconds: float


@dataclass(frozen=True)
class SlipShown:
    png: bytes


@dataclass(frozen=True)
class PageShown:
    """One page of a document before it is printed, as PNG; the first is 1."""

    png: bytes
    page: int
    pages: int


@dataclass(frozen=True)
class PhotoShown:
    """A picture of her: PNG or JPEG. `live`: what the camera sees now, shown as in a mirror; `good`: so it can be used."""

    picture: bytes = field(repr=False)
    live: bool = False
    good: bool = False


@dataclass(frozen=True)
class Levels:
    """Volume and the like: a few steps, one chosen."""

    count: int
    chosen: int


@dataclass(frozen=True)
class ToPay:
    """Amount and payee in big figures; the code that her phone reads, once there is one."""

    yuan: str                          # "10.00"
    payee: str
    what: str
    qr: str = ""
    seconds_left: int | None = None    # how long the code may still be paid


@dataclass(frozen=True)
class Lamp:
    """One device or storage unit on the technicians' page: catalogue `part.<what>`; `light` green, amber or red; what is wrong
    (`word.troubles.*`), else the state (`lamp.<state>`), and how much is left where that is known."""

    what: str
    light: str
    troubles: tuple[str, ...] = ()
    state: str = "ok"
    count: int | None = None


@dataclass(frozen=True)
class Lamps:
    rows: tuple[Lamp, ...]


Content = (
    PageShown | Lamps | ToPay | PersonShown | CardPreview | Facts | Tiles | Picker | Digits | Progress | Claim | Countdown
    | SlipShown | Levels | PhotoShown
)


@dataclass(frozen=True)
class Prompt:
    name: str
    tone: Tone = Tone.PLAIN
    step: Step | None = None
    steps: tuple[Step, ...] = CARD_STEPS   # the whole row; the conversation puts in that of the journey
    picture: Picture = Picture.NONE
    lit: Slot | None = None
    contents: tuple[Content, ...] = ()
    choices: tuple[Choice, ...] = ()
    params: Mapping[str, str] = field(default_factory=dict)
    private: frozenset[str] = frozenset()
    back: bool = False                 # 返回 means something here
    home: bool = False                 # Home is offered: only where nothing can be lost
    idle: Idle = Idle.WATCH
    seconds: float = 0.0               # Idle.FIXED
    fault_code: str = ""               # small at the bottom: 提示号 P-203
    note: str = ""                     # catalogue key of a permanent line, e.g. the demo's "trusts the card alone"


@dataclass(frozen=True)
class Look:
    """How the citizen wants it. Everybody starts large; the age on the ID card relaxes it."""

    language: str = "zh_CN"
    elder: bool = True
    seated: bool = False
    high_contrast: bool = False
    volume: int = 2                    # of 0..4; set back after each visit


@dataclass(frozen=True)
class Answer:
    """A touch. `choice` is the name of a Choice, or one of the bottom bar's: back, help, repeat, size, language, seated,
    volume, home; or `operator` for the technician's hidden gesture."""

    choice: str
    value: str | None = None


BAR = ("back", "help", "repeat", "size", "language", "seated")


def spoken_date(day: date) -> str:
    """2027年3月8日: dates are shown and spoken in words, never as digits with dashes."""
    return f"{day.year}年{day.month}月{day.day}日"
