"""The rate of a day: what is known, and of which day it is."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from oms.kernel.currencies import CURRENCIES, HOME
from oms.kernel.errors import DomainError
from oms.kernel.money import rate_text
from orders.models import ExchangeRate


@dataclass(frozen=True, slots=True)
class KnownRate:
    """Dong for one unit; `day` is the day it is of, `asked` the day it is used for."""

    currency: str
    rate: Decimal
    day: date
    source: str
    asked: date

    @property
    def is_late(self) -> bool:
        """No rate of the day that was asked for is known."""
        return self.day != self.asked

    @property
    def sentence(self) -> str:
        told = {
            "currency": self.currency,
            "rate": rate_text(self.rate),
            "day": f"{self.day:%d/%m/%Y}",
            "asked": f"{self.asked:%d/%m/%Y}",
            "source": self.source,
        }
        if self.is_late:
            return (
                _(
                    "Chưa có tỷ giá %(currency)s ngày %(asked)s: dùng %(rate)s ₫ của ngày %(day)s "
                    "(%(source)s)."
                )
                % told
            )
        return _("Tỷ giá %(currency)s ngày %(day)s: %(rate)s ₫ (%(source)s).") % told


def rate_on(currency: str, day: date) -> KnownRate:
    """The rate of the day, else the last one before it. Raises DomainError when none is known."""
    row = ExchangeRate.objects.filter(currency=currency, day__lte=day).order_by("-day").first()
    if row is None:
        raise DomainError(
            _("Chưa có tỷ giá %(currency)s nào đến ngày %(day)s: hãy nhập ở trang Tỷ giá.")
            % {"currency": currency, "day": f"{day:%d/%m/%Y}"},
            code="rate.missing",
            field="currency",
        )
    return KnownRate(currency, row.rate, row.day, row.source, day)


def currency_choices() -> list[tuple[str, str]]:
    """Dong, and the currencies that a rate is known of."""
    known = ExchangeRate.objects.order_by("currency").values_list("currency", flat=True).distinct()
    return [(code, f"{code} · {CURRENCIES[code].name}") for code in (HOME, *known)]


def last_days() -> dict[str, date]:
    """The newest day of each currency that has a rate."""
    rows = ExchangeRate.objects.values("currency").annotate(last=Max("day")).order_by("currency")
    return {row["currency"]: row["last"] for row in rows}


def rates(currency: str = "") -> QuerySet[ExchangeRate]:
    rows = ExchangeRate.objects.all()
    return rows.filter(currency=currency) if currency else rows
