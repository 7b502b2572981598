"""Customers by how likely they refuse a parcel, asked of the rows; graded as `orders.risk` does."""

from django.db.models import F, Q

from orders.models import Customer
from orders.risk import BOUNDS, LEAST_REFUSALS

Level = Customer.Risk
ANY_RISK = "any"


def with_risk(level: str = ANY_RISK) -> Q:
    """Customers of this grade, or of any that worries; a person's own judgement comes first."""
    if level == ANY_RISK:
        names, figures = [Level.LOW, Level.MEDIUM, Level.HIGH], _reaches(BOUNDS[-1][0])
    else:
        names, figures = [Level(level)], _figures(level)
    return Q(risk_set__in=names) | (Q(risk_set="", refused_count__gte=LEAST_REFUSALS) & figures)


def _figures(level: str) -> Q:
    """From this grade's bound up to the next one's."""
    higher: Q | None = None
    for bound, grade in BOUNDS:
        if grade == level:
            return _reaches(bound) if higher is None else _reaches(bound) & ~higher
        higher = _reaches(bound)
    raise ValueError(level)


def _reaches(bound: int) -> Q:
    return Q(finished_count__lte=F("refused_count") * 100 / bound)
