"""What guessing costs: every key has its tries, they survive power-off, and a right answer gives them back."""
from __future__ import annotations

from collections.abc import Callable

import pytest

from card import crypto
from card.apdu import SW, Command, Response
from card.crypto import KeyUse
from card.session import CITY_UNION_EP, select_command
from card.virtual.card import VirtualCard
from card.virtual.eeprom import Eeprom
from card.virtual.keys import key_cell
from card.virtual.profiles import FULL_CARD
from card.virtual.tear import Moment, PowerLost, Tear
from card.virtual.tree import EP_FID
from tests.card.keyholder import MOMENT, TERMINAL, KeyHolder, fixed

KEYS = KeyHolder()
TRIES = 15
RANDOM = "01020304"


def put_in(card: VirtualCard) -> VirtualCard:
    again = VirtualCard(Eeprom.from_bytes(card.eeprom.export()), profile=FULL_CARD, random=fixed(RANDOM))
    again.power_on()
    assert ask(again, select_command(CITY_UNION_EP)) == SW.OK
    return again


def ask(card: VirtualCard, command: Command) -> int:
    return Response.decode(card.handle(command.encode())).sw


def load(card: VirtualCard, *, right: bool) -> int:
    ask(card, Command(0x00, 0x20, data=b"\x12\x34\x56"))
    begun = ask(card, Command(0x80, 0x50, 0x00, 0x02, b"\x01" + (100).to_bytes(4, "big") + TERMINAL, 16))
    if begun != SW.OK:
        return begun
    online = int.from_bytes(card.eeprom["purse/1001/02"][4:6], "big")
    session = KEYS.profile.session_key(KEYS.key(KeyUse.LOAD), crypto.load_seed(bytes.fromhex(RANDOM), online))
    mac2 = KEYS.profile.mac(session, crypto.load_mac2(100, 2, TERMINAL, MOMENT)) if right else bytes(4)
    return ask(card, Command(0x80, 0x52, data=MOMENT + mac2, le=4))


def update(card: VirtualCard, *, right: bool) -> int:
    ask(card, Command(0x00, 0x84, le=4))
    header = bytes.fromhex("04D6970A")
    key = KEYS.key(KeyUse.MAINTENANCE) if right else bytes(16)
    return ask(card, Command(*header, KEYS.profile.seal(key, bytes.fromhex(RANDOM), header, b"\x02")))


def authenticate(card: VirtualCard, *, right: bool) -> int:
    ask(card, Command(0x00, 0x84, le=4))
    key = KEYS.key(KeyUse.EXTERNAL_AUTHENTICATION) if right else bytes(16)
    answer = crypto.simple_authentication(KEYS.profile, key, bytes.fromhex(RANDOM))
    return ask(card, Command(0x00, 0x82, 0x00, 0x01, answer))


def reload_pin(card: VirtualCard, *, right: bool) -> int:
    mac = KEYS.profile.tac(KEYS.key(KeyUse.PIN_RELOAD), b"\x12\x34\x56") if right else bytes(4)
    return ask(card, Command(0x80, 0x5E, data=b"\x12\x34\x56" + mac))


WAYS = pytest.mark.parametrize("way", (load, update, authenticate, reload_pin))


@WAYS
def test_a_key_that_was_guessed_at_too_often_is_blocked(way: Callable[..., int]) -> None:
    card = put_in(KEYS.card())
    for _ in range(TRIES):
        assert way(card, right=False) != SW.OK
        card = put_in(card)
    assert way(card, right=True) == SW.BLOCKED
    assert int.from_bytes(card.eeprom["purse/1001/02"][:4], "big") == 0


@WAYS
def test_a_right_answer_gives_the_tries_back(way: Callable[..., int]) -> None:
    card = put_in(KEYS.card())
    for _ in range(2):
        for _ in range(TRIES - 1):
            assert way(card, right=False) != SW.OK
        assert way(card, right=True) == SW.OK


def test_a_guess_whose_answer_is_torn_off_costs_its_try_all_the_same() -> None:
    card = put_in(KEYS.card())
    for moment, left in ((Moment.AFTER_COMMIT, 2), (Moment.IN_ANSWER, 1)):
        card.tear = Tear(moment, ins=0x20)
        with pytest.raises(PowerLost):
            card.handle(Command(0x00, 0x20, data=b"\x65\x43\x21").encode())
        card = put_in(card)
        assert ask(card, Command(0x00, 0x20)) == 0x63C0 | left


def test_keys_are_never_in_an_answer() -> None:
    """Every key of the card, against everything that reading commands give out."""
    card = put_in(KEYS.card())
    keys = [card.eeprom[key_cell(EP_FID, use, 1)][5:] for use in (KeyUse.LOAD, KeyUse.TAC, KeyUse.MAINTENANCE)]
    answers = b"".join(
        card.handle(Command(0x00, ins, p1, p2, le=256).encode())
        for ins in (0xB0, 0xB2, 0xCA)
        for p1 in (*range(1, 31), *range(0x81, 0x9F))
        for p2 in (0x00, *(sfi << 3 | 4 for sfi in range(31)))
    )
    assert len(answers) > 1_000
    assert not any(key in answers or key[:8] in answers for key in keys)
