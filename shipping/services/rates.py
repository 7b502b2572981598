"""Prices that carriers named are remembered by zone and weight step, so that many orders can be
routed without asking about each."""

from collections.abc import Sequence
from datetime import datetime

from oms.kernel.clock import now
from shipping.models import CarrierRate
from shipping.ports import Party
from shipping.routing.facts import band_of
from shipping.routing.zones import Zone, zone_of
from shipping.selectors.routing import province_code
from shipping.services.asking import Answer, Question


def remember(questions: Sequence[Question], answers: Sequence[Answer]) -> int:
    """Keep what the carriers said, one price a service, zone and weight step: the last one.

    A parcel without a sender of ours was priced from a place we do not know: that is not kept.
    Returns how many were kept; one statement.
    """
    moment = now()
    rows: dict[tuple[int, str, int, str], CarrierRate] = {}
    for question, answer in zip(questions, answers, strict=True):
        for row in _rows(question, answer, moment):
            rows[row.account_id, row.zone, row.band_g, row.service_code] = row
    if rows:
        CarrierRate.objects.bulk_create(
            [rows[key] for key in sorted(rows)],
            update_conflicts=True,
            unique_fields=["account", "zone", "band_g", "service_code"],
            update_fields=["service_name", "fee_vnd", "hours", "heard_at"],
        )
    return len(rows)


def _rows(question: Question, answer: Answer, moment: datetime) -> list[CarrierRate]:
    account, carrier, parcel = question
    if parcel.sender is None:
        return []
    band_g = band_of(
        carrier.limits.chargeable_g(
            parcel.weight_g, parcel.length_cm, parcel.width_cm, parcel.height_cm
        )
    )
    return [
        CarrierRate(
            account=account,
            service_code=quote.service_code[:20],
            service_name=quote.service_name[:120],
            zone=_zone(parcel.sender, parcel.receiver),
            band_g=band_g,
            fee_vnd=quote.fee_vnd,
            hours=_hours(quote.expected_at, moment),
            heard_at=moment,
        )
        for quote in answer.quotes
    ]


def _zone(sender: Party, receiver: Party) -> Zone:
    return zone_of(province_code(sender.province), province_code(receiver.province))


def _hours(expected_at: datetime | None, moment: datetime) -> int | None:
    if expected_at is None:
        return None
    return max(0, -(-int((expected_at - moment).total_seconds()) // 3600))
