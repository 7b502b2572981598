"""The search box: codes and serials exactly, phones by their last digits, names without accents."""

import re

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import StrIndex

from inventory.selectors.lots import left_with_code
from oms.kernel.text import fold
from orders.models import Order
from orders.ports import orders_of_causes

MOST_CODES = 500
SHORTEST_TAIL = 3
# A word that short has no trigram of its own; with the space before it it has.
SHORT_WORD = 2

_NUMBER = re.compile(r"\d{3,}")
# A serial or lot number has a digit in it; a phone's last digits are not long enough.
_SERIAL = re.compile(r"(?=.*\d).{5,60}\Z")
_DIGITS = re.compile(r"[\d\s.+()-]+\Z")


def matching(rows: QuerySet[Order], text: str) -> QuerySet[Order]:
    """The orders that the text means: many codes line by line, one code, a phone's tail, words."""
    codes = [line.strip() for line in text.splitlines() if line.strip()]
    if len(codes) > 1:
        return rows.filter(_codes(codes[:MOST_CODES]))
    code = codes[0] if codes else ""
    if " " not in code:
        # The three look-ups are cheap; a hit is what was meant, whatever else would match.
        found = list(rows.filter(_codes([code])).values_list("pk", flat=True)[:MOST_CODES])
        found = found or (orders_of_causes(left_with_code(code)) if _SERIAL.match(code) else [])
        if found:
            return rows.filter(pk__in=found)
    if _DIGITS.match(code):
        digits = re.sub(r"\D", "", code)
        if len(digits) >= SHORTEST_TAIL:
            return rows.filter(phone_reversed__startswith=tail(digits)[::-1])
    return _with_words(rows, fold(code).split())


def tail(digits: str) -> str:
    """What a stored number ends with when these digits were typed: no trunk zero, no 84."""
    if len(digits) >= 11 and digits.startswith("84"):
        return digits[2:]
    return digits[1:] if len(digits) >= 9 and digits.startswith("0") else digits


def with_codes(rows: QuerySet[Order], codes: list[str]) -> QuerySet[Order]:
    """The orders that carry one of the codes, in capitals or not."""
    return rows.filter(_codes([*codes, *(code.upper() for code in codes)]))


def _codes(codes: list[str]) -> Q:
    numbers = [code.upper() for code in codes]
    numbers += [f"DH{code}" for code in codes if code.isdigit()]
    return Q(number__in=numbers) | Q(remote_id__in=codes) | Q(tracking_number__in=codes)


def _with_words(rows: QuerySet[Order], words: list[str]) -> QuerySet[Order]:
    """Every word somewhere in the order's names and SKUs.

    Of a code like SKU-1777 the index is asked for the number: "SKU" stands in most orders, and to
    walk its list costs more than to read the few orders with that number.
    """
    for index, word in enumerate(words):
        number = max(_NUMBER.findall(word), key=len, default="")
        if number and number != word:
            rows = rows.alias(**{f"place_{index}": StrIndex("search_folded", Value(word))})
            rows = rows.filter(search_folded__contains=number, **{f"place_{index}__gt": 0})
        else:
            start = " " if len(word) <= SHORT_WORD else ""
            rows = rows.filter(search_folded__contains=start + word)
    return rows
