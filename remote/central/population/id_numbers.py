"""Citizen ID numbers: region, birth, order (odd = man), check character. GB 11643-1999 with ISO 7064 MOD 11-2."""

from __future__ import annotations

from datetime import date

# The first six digits are the code of the county when the number was given out; it stays for life. Elders of today's
# Bozhou carry those of the old Fuyang prefecture (GB/T 2260 history; checked against python-stdnum's table).
EARLIER_CODES: dict[str, tuple[tuple[int, str], ...]] = {  # today's code -> (last birth year, earlier code)
    "341602": ((1985, "342126"), (1995, "342102"), (1999, "341281")),
    "341621": ((1995, "342124"), (1999, "341223")),
    "341622": ((1995, "342125"), (1999, "341224")),
    "341623": ((1995, "342130"), (1999, "341227")),
    "411522": ((1997, "413025"),),
}
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"


def check_character(first_17: str) -> str:
    return CHECK_CHARACTERS[sum(int(digit) * weight for digit, weight in zip(first_17, WEIGHTS, strict=True)) % 11]


def id_number(region: str, birth: date, order: int) -> str:
    """`region` today's 6 digits, `order` 0 to 999, odd for men."""
    earlier = next((code for last_year, code in EARLIER_CODES.get(region, ()) if birth.year <= last_year), region)
    first_17 = f"{earlier}{birth:%Y%m%d}{order:03d}"
    return first_17 + check_character(first_17)
