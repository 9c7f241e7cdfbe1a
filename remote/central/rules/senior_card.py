"""Who gets which senior card today, and if not, why. Pure: facts, a day and a rule set in; offers and refusals out.

The order of the questions is that of facts/domain.md 3.3: matched, ID in date, age, household, needs staff, open case,
then what each service asks for, then the photo.
"""

from __future__ import annotations

from datetime import date, timedelta

from remote.central.rules.facts import CaseOnRecord, Decision, PersonFacts, PresentedId
from remote.central.rules.ruleset import RuleSet
from remote.central.times import add_years, full_months_until, full_years
from remote.messages import AgeClass, CaseState, Delivery, Offer, PhotoSource, Refusal, RefusalCode, Service

BOTH_DELIVERIES = [Delivery.INSTANT, Delivery.MAIL]


def decide(person: PersonFacts, presented: PresentedId, today: date, rules: RuleSet) -> Decision:
    """Everything the terminal needs to know before any card stock moves."""
    age = full_years(person.birth, today, rules.leap_day_becomes)
    photo = _photo(person, rules)
    everything = refuse_everything(person, presented, today, rules) or _open_case(person.open_case, today)
    own_class = class_of(age, rules)
    offers = tuple(
        _offer(service, person, everything, photo, own_class.code if own_class else None, today, rules) for service in Service
    )
    stands = everything if everything and person_level(everything.code) else None
    return Decision(age, own_class.code if own_class else None, photo, stands, offers)


def person_level(code: RefusalCode) -> bool:
    """Refusals about the person herself, not about a case or card of hers."""
    return code in {
        RefusalCode.NOT_MATCHED,
        RefusalCode.ID_EXPIRED,
        RefusalCode.TOO_YOUNG,
        RefusalCode.WRONG_HOUSEHOLD,
        RefusalCode.NEEDS_STAFF,
    }


def class_of(age: int, rules: RuleSet) -> AgeClass | None:
    for rule in rules.age_classes:
        if rule.from_age <= age and (rule.to_age is None or age <= rule.to_age):
            return AgeClass(code=rule.code, label=rule.label, colour=rule.colour)
    return None


def valid_to(issued_on: date, rules: RuleSet) -> date | None:
    """The last valid day: the eve of the anniversary."""
    if rules.validity_years is None:
        return None
    return add_years(issued_on, rules.validity_years, rules.leap_day_becomes) - timedelta(days=1)


def refusal(code: RefusalCode, reason: str, **params: str) -> Refusal:
    return Refusal(code=code, params=params, reason=reason)


def refuse_everything(person: PersonFacts, presented: PresentedId, today: date, rules: RuleSet) -> Refusal | None:
    """The rows of the decision table that stand for all services."""
    if presented.valid_to is not None and presented.valid_to < today:
        return refusal(RefusalCode.ID_EXPIRED, f"身份证已于{presented.valid_to}到期,请先换领身份证", date=str(presented.valid_to))
    if not presented.matches:
        return not_matched()
    if full_years(person.birth, today, rules.leap_day_becomes) < rules.min_age:
        day = add_years(person.birth, rules.min_age, rules.leap_day_becomes)
        return refusal(
            RefusalCode.TOO_YOUNG,
            f"未满{rules.min_age}周岁,{day}起可以办理",
            date=str(day),
            months=str(full_months_until(today, day)),
        )
    if not _household_fits(person.hukou, rules):
        return refusal(RefusalCode.WRONG_HOUSEHOLD, f"户口在{person.hukou_place},请在户籍地办理", place=person.hukou_place)
    if person.needs_staff:
        return refusal(RefusalCode.NEEDS_STAFF, "系统信息需要工作人员核对")
    return None


def not_matched() -> Refusal:
    return refusal(RefusalCode.NOT_MATCHED, "身份证信息与人口库没有核对上")


def _household_fits(hukou: str, rules: RuleSet) -> bool:
    match rules.household:
        case "any":
            return True
        case "city_hukou":
            return hukou[:4] + "00" in rules.jurisdiction.apply_from
        case "provincial_hukou":
            return hukou.startswith(rules.jurisdiction.province)


def _open_case(case: CaseOnRecord | None, today: date) -> Refusal | None:
    if case is None:
        return None
    match case.state:
        case CaseState.KEPT:
            return refusal(RefusalCode.CARD_KEPT, "已做好的证保管在机器里,待本人领取", place=case.place or "")
        case CaseState.PRODUCING:
            return refusal(RefusalCode.BEING_SERVED, "此刻正在另一台机器上办理")
        case CaseState.IN_DOUBT:
            return refusal(RefusalCode.NEEDS_STAFF, "上一次制证结果待柜台核实")
        case _:
            days = (today - case.submitted_on).days
            return refusal(RefusalCode.OPEN_CASE, f"{days}天前已经申请,正在办理", days=str(days), delivery=case.delivery.value)


def _photo(person: PersonFacts, rules: RuleSet) -> PhotoSource:
    return next((source for source in rules.photo_order if source in person.photos), PhotoSource.NONE)


def _offer(
    service: Service,
    person: PersonFacts,
    everything: Refusal | None,
    photo: PhotoSource,
    class_code: str | None,
    today: date,
    rules: RuleSet,
) -> Offer:
    reason = renewal_reason(person, class_code, today, rules) if service is Service.RENEW else None
    why_not = everything or _not_this_service(service, person, reason, today, rules)
    if why_not is None and photo is PhotoSource.NONE:
        why_not = refusal(RefusalCode.NO_PHOTO, "没有可用的照片,请到窗口拍照后办理")
    if why_not is not None:
        return Offer(service=service, refusal=why_not)
    first = {Service.NEW: not person.lost_card, Service.LOST: person.lost_card, Service.RENEW: True, Service.DAMAGED: False}[
        service
    ]
    return Offer(service=service, refusal=None, deliveries=BOTH_DELIVERIES, highlighted=first, reason=reason)


def renewal_reason(person: PersonFacts, class_code: str | None, today: date, rules: RuleSet) -> str | None:
    """Why the live card may be renewed now: "class", "expired", "expiry", or None."""
    card = person.live_card
    if card is None:
        return None
    if rules.class_change == "offer_renewal" and class_code is not None and card.class_code != class_code:
        return "class"
    if card.valid_to is None:
        return None
    if card.valid_to < today:
        return "expired" if rules.renew_after_expiry else None
    return "expiry" if today >= card.valid_to - timedelta(days=rules.renew_window_days) else None


def _not_this_service(service: Service, person: PersonFacts, renewal: str | None, today: date, rules: RuleSet) -> Refusal | None:
    card = person.live_card
    losing = service is Service.LOST or (service is Service.NEW and person.lost_card)
    if service is Service.NEW and card is not None:
        return refusal(RefusalCode.ALREADY_HAS_CARD, f"已有一张优待证,尾号{card.tail}", tail=card.tail)
    if service is not Service.NEW and card is None and not (service is Service.LOST and person.lost_card):
        return refusal(RefusalCode.NO_LIVE_CARD, "没有查到旧证,可以直接新办")
    if losing and person.losses_12_months - (1 if person.lost_card else 0) >= rules.lost.max_per_12_months:
        return refusal(RefusalCode.TOO_MANY_LOSSES, f"一年内已挂失补办{rules.lost.max_per_12_months}次,请到窗口办理")
    if service is Service.RENEW and card is not None and renewal is None:
        return _too_early(card.valid_to, rules)
    return None


def _too_early(card_valid_to: date | None, rules: RuleSet) -> Refusal:
    if card_valid_to is None:
        return refusal(RefusalCode.TOO_EARLY, "这张证长期有效,不用换", valid_to="", **{"from": ""})
    earliest = card_valid_to - timedelta(days=rules.renew_window_days)
    return refusal(
        RefusalCode.TOO_EARLY,
        f"旧证到{card_valid_to}有效,最早{earliest}可以换",
        valid_to=str(card_valid_to),
        **{"from": str(earliest)},
    )
