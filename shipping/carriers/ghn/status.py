"""GHN's parcel states in our words (vendor's status list of public API v2, read November 2026)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Meaning:
    """`status` is ours (empty: our state stays); `problem` opens one of that kind on the order."""

    status: str = ""
    problem: str = ""


STATUS: dict[str, Meaning] = {
    "ready_to_pick": Meaning(),
    "picking": Meaning(),
    "money_collect_picking": Meaning(),
    "picked": Meaning("in_transit"),
    "storing": Meaning("in_transit"),
    "transporting": Meaning("in_transit"),
    "sorting": Meaning("in_transit"),
    "delivering": Meaning("out_for_delivery"),
    "money_collect_delivering": Meaning("out_for_delivery"),
    "delivered": Meaning("delivered"),
    "delivery_fail": Meaning("delivery_failed", "delivery_failed"),
    "waiting_to_return": Meaning("return_pending"),
    "return": Meaning("returning"),
    "return_transporting": Meaning("returning"),
    "return_sorting": Meaning("returning"),
    "returning": Meaning("returning"),
    "return_fail": Meaning("returning", "return_failed"),
    "returned": Meaning("returned"),
    "cancel": Meaning("cancelled"),
    "exception": Meaning("", "carrier_exception"),
    "lost": Meaning("lost", "parcel_lost"),
    "damage": Meaning("damaged", "parcel_damaged"),
    "scrap": Meaning("damaged", "parcel_damaged"),
}


def meaning_of(raw_status: str) -> Meaning | None:
    """Our reading of GHN's code; None for one that is not in the list: never a guess."""
    return STATUS.get(raw_status.strip().lower())
