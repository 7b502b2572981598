"""Whether a newer version of an order asks for other goods than its lines here. Reads nothing."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

Row = Mapping[str, Any]

# What may name the same goods, the surest first. A SKU may be a barcode there and our code here,
# and a listing may have been linked since: text alone would call the same goods changed.
NAMES = ("remote_line_id", "listing_ref", "variant_id", "sku", "name")


def ask_for_other_goods(before: Iterable[Row], after: Iterable[Row]) -> bool:
    """Pair lines by each name in turn; quantities of what is paired must agree, nothing is left."""
    here, there = list(before), list(after)
    for name in NAMES:
        old, new = _quantities(here, name), _quantities(there, name)
        shared = old.keys() & new.keys()
        if any(old[value] != new[value] for value in shared):
            return True
        if name == "remote_line_id" and _listings(here, shared) != _listings(there, shared):
            return True
        here = [line for line in here if line[name] not in shared]
        there = [line for line in there if line[name] not in shared]
    return bool(here or there)


def _quantities(lines: Iterable[Row], name: str) -> Counter[Any]:
    """Pieces by this name, for the lines that have it."""
    pieces: Counter[Any] = Counter()
    for line in lines:
        if line[name]:
            pieces[line[name]] += line["quantity"]
    return pieces


def _listings(lines: Iterable[Row], line_ids: Iterable[str]) -> dict[str, str]:
    """The listing that each of these lines buys: the same line may now be about another one."""
    return {
        line["remote_line_id"]: line["listing_ref"]
        for line in lines
        if line["remote_line_id"] in line_ids
    }
