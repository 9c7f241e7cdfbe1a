"""What the centre answers: one request, inside one transaction. Synchronous and plain, so that the simulation, the HTTP
skin and the counter run the very same code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from remote.central.allowance import operations as allowance
from remote.central.audit import operations as audit
from remote.central.citizen_cards import fees as _fees  # noqa: F401  (its price stands in the list of card prices)
from remote.central.citizen_cards import making, on_card
from remote.central.citizen_cards import operations as citizen_cards
from remote.central.citizen_services import operations as own
from remote.central.commands import delivery as commands
from remote.central.context import Context, DrawPhoto, Refused
from remote.central.documents import copies, offers
from remote.central.ecredentials.service import Keeper
from remote.central.enrolment import operations as identities
from remote.central.handing_back import operations as handing_back
from remote.central.identity import faces, live_photos, staff
from remote.central.identity.matcher import Matcher, OpenCvMatcher
from remote.central.keys.keystore import KeysAway, KeyStore
from remote.central.loads import operations as loads
from remote.central.operations import cases, ecredentials, keys, news, people, production
from remote.central.payment import bills, orders, purchases
from remote.central.releases import operations as releasing
from remote.central.rules.ruleset import Rules
from remote.central.seal.service import Seal
from remote.central.settings import Settings
from remote.central.sign_in import answers, cards, identity_codes, sms
from remote.central.sign_in import operations as signing
from remote.central.store.database import savepoint
from remote.central.telemetry import ingest, presence
from remote.central.times import BEIJING, Clock
from remote.messages import BY_NAME, Message, Operation, Problem
from remote.messages.enrolment import Enrolled

HANDLERS: dict[str, Callable[[Context, Any], Message]] = {
    "clock": people.clock,
    "check_person": people.check_person,
    "submit_case": cases.submit_case,
    "withdraw_case": cases.withdraw_case,
    "convert_case": cases.convert_case,
    "mail_case": cases.mail_case,
    "report_loss": cases.report_loss,
    "reserve": production.reserve,
    "release": production.release,
    "register": production.register,
    "compare_face": faces.compare_face,
    "ask_staff": staff.ask_staff,
    "staff_said": staff.staff_said,
    "cancel_staff": staff.cancel_staff,
    "put_photo": live_photos.put_photo,
    "check_allowance": allowance.check_allowance,
    "certify": allowance.certify,
    "request_home_visit": allowance.request_home_visit,
    "list_documents": offers.list_documents,
    "preview_document": offers.preview_document,
    "issue_document": copies.issue_document,
    "void_document": copies.void_document,
    "confirm_print": copies.confirm_print,
    "list_ecredentials": ecredentials.list_ecredentials,
    "fetch_ecredential": ecredentials.fetch_ecredential,
    "bar": keys.bar,
    "find_kept": handing_back.find_kept,
    "hand_back": handing_back.hand_back,
    "settle_obligation": news.settle_obligation,
    "find_citizen_cards": citizen_cards.find_citizen_cards,
    "apply_citizen_card": citizen_cards.apply_citizen_card,
    "report_citizen_loss": citizen_cards.report_citizen_loss,
    "reserve_citizen_card": making.reserve_citizen_card,
    "personalise_citizen_card": making.personalise_citizen_card,
    "release_citizen_card": making.release_citizen_card,
    "register_citizen_card": making.register_citizen_card,
    "begin_card_script": on_card.begin_card_script,
    "confirm_card_script": on_card.confirm_card_script,
    "report": news.report,
    "heartbeat": presence.heartbeat,
    "tell_facts": ingest.tell_facts,
    "ask_release": releasing.ask_release,
    "fetch_metadata": releasing.fetch_metadata,
    "fetch_target": releasing.fetch_target,
    "witness": audit.witness,
    "take_commands": commands.take_commands,
    "tell_command": commands.tell_command,
    "put_portion": commands.put_portion,
    "witnessed": audit.witnessed,
    "ask_price": orders.ask_price,
    "create_order": orders.create_order,
    "query_order": orders.query_order,
    "close_order": orders.close_order,
    "refund_order": orders.refund_order,
    "find_orders": orders.find_orders,
    "find_bills": bills.find_bills,
    "begin_purchase": purchases.begin_purchase,
    "report_purchase": purchases.report_purchase,
    "find_purchases": purchases.find_purchases,
    "begin_load": loads.begin_load,
    "ask_ways": signing.ask_ways,
    "ask_challenge": cards.ask_challenge,
    "sign_in_by_card": cards.sign_in_by_card,
    "sign_in_by_code": identity_codes.sign_in_by_code,
    "ask_sms_code": sms.ask_sms_code,
    "sign_in_by_sms": sms.sign_in_by_sms,
    "strengthen": signing.strengthen,
    "who_signed_in": answers.who_signed_in,
    "insurance_account": own.insurance_account,
    "list_settlements": own.list_settlements,
    "own_record": own.own_record,
    "list_vouchers": own.list_vouchers,
    "redeem_voucher": own.redeem_voucher,
    "confirm_load": loads.confirm_load,
    "prove_load": loads.prove_load,
    "renew_certificate": identities.renew_certificate,
    "find_loads": loads.find_loads,
}
STATUS = {
    "unknown_terminal": 401,
    "key_reused": 409,
    "barred": 409,
    "malformed": 422,
    "key_missing": 422,
    "unknown_operation": 404,
    "unknown_person": 404,
    "sign_in_over": 403,
    "weak_evidence": 403,
    "unknown_case": 404,
    "unknown_reservation": 404,
    "unknown_document": 404,
    "unknown_load": 404,
    "unknown_command": 404,
    "bad_signature": 403,
    "file_missing": 409,
    "unknown_script": 404,
    "document_gone": 404,
    "busy": 503,
}
"""HTTP status of each Problem.error. 4xx: nothing happened and repeating will not help. 503: ask again with the same key."""
KEY_MAX = 128


class Service:
    def __init__(self, rules: Rules, settings: Settings, clock: Clock, draw_photo: DrawPhoto) -> None:
        settings.check()
        self.rules = rules
        self.settings = settings
        self.clock = clock
        self.draw_photo = draw_photo
        self.matcher: Matcher | None = OpenCvMatcher()  # loads nothing before it is asked; a city may put its own here
        self.seal: Callable[[], Seal] | None = None
        self.ecredentials: Keeper | None = None
        self.keys: KeyStore | None = None
        self.renew: Callable[[sa.Connection, str, str], Enrolled] | None = None

    def context(self, connection: sa.Connection, terminal: str, key: str | None) -> Context:
        now = self.clock().astimezone(BEIJING)
        rules = self.rules.on(now.date())
        return Context(
            connection, terminal, key or "", now, rules, self.settings, self.draw_photo, self.matcher, self.seal,
            self.ecredentials, self.keys, renew=self.renew,
        )  # fmt: skip

    def handle(self, connection: sa.Connection, terminal: str, operation: str, body: Message, key: str | None = None) -> Message:
        """The answer, or a Problem. After a Problem nothing of this request is kept; the transaction stays usable."""
        known = BY_NAME.get(operation)
        if known is None or not isinstance(body, known.asks):
            return Problem(error="unknown_operation", detail=operation)
        context = replace(self.context(connection, terminal, key), operation=operation)
        try:
            if not known.changes or not known.keyed:
                return HANDLERS[operation](context, body)
            if not key or len(key) > KEY_MAX:
                raise Refused("key_missing", f"Idempotency-Key: expected 1 to {KEY_MAX} characters")
            return self._once(context, known, body)
        except Refused as refused:
            return refused.problem
        except KeysAway:
            return Problem(error="busy", detail="the card keys cannot be asked now")

    def _once(self, context: Context, operation: Operation, body: Message) -> Message:
        body_hash = hashlib.sha256(body.model_dump_json().encode()).digest()
        earlier = context.connection.execute(keys.KEY, {"key": context.key}).first()
        if earlier is not None:
            if earlier.answer is None:
                raise Refused("barred", "this key was forbidden before the request arrived")
            if (earlier.terminal, earlier.operation, earlier.body_hash) != (context.terminal, operation.name, body_hash):
                raise Refused("key_reused", "the same key came with another body, operation or terminal")
            return operation.answers.model_validate_json(earlier.answer)
        with savepoint(context.connection):
            answer = HANDLERS[operation.name](context, body)
            context.connection.execute(
                keys.INSERT_KEY,
                {
                    "key": context.key,
                    "terminal": context.terminal,
                    "operation": operation.name,
                    "body_hash": body_hash,
                    "answer": answer.model_dump_json(),
                    "at": context.now,
                },
            )
        return answer
