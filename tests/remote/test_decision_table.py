"""Every row of facts/domain.md 3.3, on plain facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from remote.central.rules.facts import CardOnRecord, CaseOnRecord, PersonFacts, PresentedId
from remote.central.rules.ruleset import RuleSet, load_rules
from remote.central.rules.senior_card import decide, valid_to
from remote.central.times import full_years
from remote.messages import CaseState, Delivery, PhotoSource, RefusalCode, Service

TODAY = date(2027, 3, 9)
RULES: RuleSet = load_rules().on(TODAY)
IN_DATE = PresentedId(matches=True, valid_to=date(2030, 1, 1))
SEVENTY_TWO = PersonFacts(birth=date(1955, 1, 2), hukou="341602", hukou_place="亳州市谯城区")
CARD = CardOnRecord("1234", "2", date(2025, 5, 1), date(2035, 4, 30))


def person(**changed: object) -> PersonFacts:
    return replace(SEVENTY_TWO, **changed)  # type: ignore[arg-type]


def refused(facts: PersonFacts, service: Service, presented: PresentedId = IN_DATE, today: date = TODAY, rules: RuleSet = RULES):  # type: ignore[no-untyped-def]
    return decide(facts, presented, today, rules).offer(service).refusal


def test_first_card_is_offered_first_in_both_ways() -> None:
    decision = decide(SEVENTY_TWO, IN_DATE, TODAY, RULES)
    offer = decision.offer(Service.NEW)
    assert offer.refusal is None and offer.highlighted and offer.deliveries == [Delivery.INSTANT, Delivery.MAIL]
    assert decision.refusal is None and decision.age == 72 and decision.class_code == "2"


def test_card_that_does_not_match_is_refused_for_everything() -> None:
    decision = decide(SEVENTY_TWO, PresentedId(False, None), TODAY, RULES)
    assert decision.refusal is not None and decision.refusal.code is RefusalCode.NOT_MATCHED
    assert {offer.refusal.code for offer in decision.offers if offer.refusal} == {RefusalCode.NOT_MATCHED}


def test_id_card_of_today_is_still_good_and_of_yesterday_is_not() -> None:
    assert refused(SEVENTY_TWO, Service.NEW, PresentedId(True, TODAY)) is None
    expired = refused(SEVENTY_TWO, Service.NEW, PresentedId(True, date(2027, 3, 8)))
    assert expired.code is RefusalCode.ID_EXPIRED and expired.params == {"date": "2027-03-08"}


@pytest.mark.parametrize(("birth", "allowed"), [(date(1967, 3, 9), True), (date(1967, 3, 10), False), (date(1967, 3, 8), True)])
def test_sixtieth_birthday_today_tomorrow_and_yesterday(birth: date, allowed: bool) -> None:
    assert (refused(person(birth=birth), Service.NEW) is None) is allowed


def test_too_young_is_told_the_day_and_the_months() -> None:
    refusal = refused(person(birth=date(1967, 5, 20)), Service.NEW)
    assert refusal.code is RefusalCode.TOO_YOUNG and refusal.params == {"date": "2027-05-20", "months": "3"}


@pytest.mark.parametrize(
    ("birth", "today", "age"),
    [
        (date(1968, 2, 29), date(2028, 2, 28), 59),
        (date(1968, 2, 29), date(2028, 2, 29), 60),
        (date(1960, 2, 29), date(2025, 2, 28), 64),
        (date(1960, 2, 29), date(2025, 3, 1), 65),
        (date(1956, 2, 29), date(2026, 2, 28), 69),
        (date(1956, 2, 29), date(2026, 3, 1), 70),
    ],
)
def test_born_on_29_february(birth: date, today: date, age: int) -> None:
    assert full_years(birth, today) == age
    decision = decide(person(birth=birth), IN_DATE, today, RULES)
    assert decision.age == age and decision.class_code == (None if age < 60 else "1" if age < 70 else "2")


def test_leap_day_birthday_can_be_the_last_of_february() -> None:
    rules = RULES.model_copy(update={"leap_day_birthday": "02-28"})
    assert decide(person(birth=date(1956, 2, 29)), IN_DATE, date(2026, 2, 28), rules).age == 70


def test_household_elsewhere_is_told_where() -> None:
    refusal = refused(person(hukou="411522", hukou_place="河南省信阳市光山县"), Service.NEW)
    assert refusal.code is RefusalCode.WRONG_HOUSEHOLD and refusal.params == {"place": "河南省信阳市光山县"}
    assert refused(person(hukou="341203"), Service.NEW) is None


def test_household_rule_is_data() -> None:
    fuyang, hefei = person(hukou="341203"), person(hukou="340102")
    city_only = RULES.model_copy(update={"household": "city_hukou"})
    assert refused(fuyang, Service.NEW, rules=city_only) is None
    assert refused(hefei, Service.NEW, rules=city_only).code is RefusalCode.WRONG_HOUSEHOLD
    assert refused(person(hukou="411522"), Service.NEW, rules=RULES.model_copy(update={"household": "any"})) is None


def test_flag_on_the_person_never_says_which() -> None:
    refusal = refused(person(needs_staff=True), Service.NEW)
    assert refusal.code is RefusalCode.NEEDS_STAFF and refusal.params == {} and "死" not in refusal.reason


def test_live_card_means_other_services() -> None:
    facts = person(live_card=CARD)
    assert refused(facts, Service.NEW).code is RefusalCode.ALREADY_HAS_CARD
    assert refused(facts, Service.NEW).params == {"tail": "1234"}
    assert refused(facts, Service.LOST) is None and refused(facts, Service.DAMAGED) is None


@pytest.mark.parametrize("service", [Service.LOST, Service.RENEW, Service.DAMAGED])
def test_without_a_card_there_is_nothing_to_replace(service: Service) -> None:
    assert refused(SEVENTY_TWO, service).code is RefusalCode.NO_LIVE_CARD


@pytest.mark.parametrize(
    ("until", "reason"),
    [(date(2027, 6, 7), "expiry"), (date(2027, 6, 8), None), (date(2027, 3, 9), "expiry"), (date(2027, 3, 8), "expired")],
)
def test_renewal_window_to_the_day(until: date, reason: str | None) -> None:
    offer = decide(person(live_card=replace(CARD, valid_to=until)), IN_DATE, TODAY, RULES).offer(Service.RENEW)
    assert offer.reason == reason and offer.highlighted is (reason is not None)


def test_too_early_is_told_both_days() -> None:
    refusal = refused(person(live_card=CARD), Service.RENEW)
    assert refusal.code is RefusalCode.TOO_EARLY and refusal.params == {"valid_to": "2035-04-30", "from": "2035-01-30"}


def test_seventieth_birthday_offers_the_other_class() -> None:
    facts = person(birth=date(1957, 3, 9), live_card=replace(CARD, class_code="1"))
    assert decide(facts, IN_DATE, TODAY, RULES).offer(Service.RENEW).reason == "class"
    assert decide(facts, IN_DATE, date(2027, 3, 8), RULES).offer(Service.RENEW).reason is None
    ignoring = RULES.model_copy(update={"class_change": "ignore"})
    assert decide(facts, IN_DATE, TODAY, ignoring).offer(Service.RENEW).refusal is not None


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (CaseState.MAIL_ORDERED, RefusalCode.OPEN_CASE),
        (CaseState.APPROVED, RefusalCode.OPEN_CASE),
        (CaseState.PRODUCING, RefusalCode.BEING_SERVED),
        (CaseState.KEPT, RefusalCode.CARD_KEPT),
        (CaseState.IN_DOUBT, RefusalCode.NEEDS_STAFF),
    ],
)
def test_open_case_on_another_channel(state: CaseState, code: RefusalCode) -> None:
    case = CaseOnRecord(Service.NEW, Delivery.MAIL, state, date(2027, 3, 6), "1号机")
    decision = decide(person(open_case=case), IN_DATE, TODAY, RULES)
    assert decision.offer(Service.NEW).refusal.code is code  # type: ignore[union-attr]
    if code is RefusalCode.OPEN_CASE:
        assert decision.offer(Service.NEW).refusal.params == {"days": "3", "delivery": "mail"}  # type: ignore[union-attr]


def test_third_loss_in_a_year_goes_to_the_window() -> None:
    assert refused(person(live_card=CARD, losses_12_months=1), Service.LOST) is None
    assert refused(person(live_card=CARD, losses_12_months=2), Service.LOST).code is RefusalCode.TOO_MANY_LOSSES


def test_loss_already_reported_counts_once_and_leads_to_the_replacement() -> None:
    facts = person(lost_card=True, losses_12_months=2)
    decision = decide(facts, IN_DATE, TODAY, RULES)
    assert decision.offer(Service.LOST).refusal is None and decision.offer(Service.LOST).highlighted
    third = person(lost_card=True, losses_12_months=3)
    assert refused(third, Service.LOST).code is RefusalCode.TOO_MANY_LOSSES
    assert refused(third, Service.NEW).code is RefusalCode.TOO_MANY_LOSSES


def test_photo_comes_from_the_first_source_that_has_one() -> None:
    both = person(photos=frozenset({PhotoSource.CHIP, PhotoSource.PREVIOUS_CARD}))
    assert decide(both, IN_DATE, TODAY, RULES).photo is PhotoSource.PREVIOUS_CARD
    none = person(photos=frozenset())
    assert refused(none, Service.NEW).code is RefusalCode.NO_PHOTO


def test_last_valid_day_is_the_eve_of_the_anniversary() -> None:
    assert valid_to(date(2028, 2, 29), RULES) == date(2038, 2, 28)
    assert valid_to(TODAY, RULES) == date(2037, 3, 8)
    assert valid_to(TODAY, RULES.model_copy(update={"validity_years": None})) is None
