"""What can go wrong with the reader for citizens' own cards, in its own words, and the test that plays it on the real service."""
from __future__ import annotations

from collections.abc import Mapping

FAULTS: Mapping[str, str] = {
    "card_pulled": "the card is pulled between two commands, before or after the service has looked",
    "card_pulled_in_mid_command": "the card is pulled while a command is in flight; PC/SC calls it a success without an answer",
    "card_hangs": "the chip never answers, and the card stays where it is",
    "card_unreadable": "the answer to reset is garbage",
    "card_reset": "another program resets the card",
    "taken": "another program has the reader to itself, or is in the middle of a transaction",
    "unplugged": "the reader is unplugged",
    "service_killed": "pcscd dies, between two commands or in the middle of one, and comes back",
    "service_hangs": "pcscd does not answer any more",
}

PLAYED_BY: Mapping[str, tuple[str, ...]] = {
    "card_pulled": ("pulled_and_the_service_has_not_looked_yet", "pulled_and_the_service_has_looked", "put_back"),
    "card_pulled_in_mid_command": ("pulled_while_a_command_is_in_flight", "a_hung_card_that_is_pulled"),
    "card_hangs": ("a_hung_card_that_stays", "the_other_slot_is_not_held_up_by_a_hung_card"),
    "card_unreadable": ("an_answer_to_reset_that_is_garbage",),
    "card_reset": ("reset_by_somebody_else",),
    "taken": ("somebody_has_it_shared", "somebody_has_it_alone", "somebody_is_in_the_middle_of_a_transaction"),
    "unplugged": ("test_the_reader_is_unplugged_and_plugged_in",),
    "service_killed": ("test_the_service_ends_between_two_commands", "test_the_service_dies_in_the_middle_of_a_command"),
    "service_hangs": ("test_the_service_hangs_while_a_card_is_powered_up", "test_the_service_hangs_with_a_command_in_it"),
}
"""Rows of test_pcsc_table.TABLE, and tests of test_pcsc_service."""
