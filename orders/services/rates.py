"""Rates of the day: typed by hand or read from a file, each with its source."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.clock import now, today
from oms.kernel.currencies import CURRENCIES, HOME
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.money import parse_rate
from oms.kernel.tables import DecimalText, Table, cell_name, find_heading, fold_label
from oms.kernel.text import clean_line
from orders.models import ExchangeRate

HEADINGS = {
    "day": ("ngay", "day", "date"),
    "currency": ("tien te", "ma tien te", "ngoai te", "ma ngoai te", "loai tien", "currency"),
    "rate": ("ty gia", "ti gia", "rate", "exchange rate", "ban chuyen khoan"),
    "source": ("nguon", "ngan hang", "source"),
}
NEEDED = ("day", "currency", "rate")
MOST_FAULTS = 5
_DAYS = ("%d/%m/%Y", "%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%d-%m-%Y", "%d.%m.%Y")


@dataclass(frozen=True, slots=True)
class NewRate:
    currency: str
    day: date
    rate: Decimal
    source: str


def set_rate(new: NewRate, *, actor: Actor) -> ExchangeRate:
    """Write down the rate of a day. The same again changes nothing; another one corrects it, and
    the orders that used the old one keep it.
    """
    return set_rates([new], actor=actor)[0]


@transaction.atomic
def set_rates(news: list[NewRate], *, actor: Actor) -> list[ExchangeRate]:
    """All of them or none. Raises DomainError for a currency, day or rate that cannot be."""
    return [_set(_checked(new), actor) for new in sorted(news, key=lambda n: (n.currency, n.day))]


def _checked(new: NewRate) -> NewRate:
    if new.currency == HOME or new.currency not in CURRENCIES:
        raise DomainError(
            _("Không có tiền tệ “%(code)s”.") % {"code": new.currency}, "rate.currency", "currency"
        )
    if new.day > today():
        raise DomainError(_("Ngày của tỷ giá chưa tới."), "rate.day", "day")
    if not 0 < new.rate < 10**9:
        raise DomainError(_("Tỷ giá phải lớn hơn 0."), "rate.amount", "rate")
    source = clean_line(new.source, 120, field="source")
    if not source:
        raise DomainError(_("Hãy ghi nguồn của tỷ giá."), "rate.source", "source")
    return NewRate(new.currency, new.day, new.rate, source)


def _set(new: NewRate, actor: Actor) -> ExchangeRate:
    said = {"rate": new.rate, "source": new.source}
    who = {"actor_kind": actor.kind, "actor_id": actor.id, "actor_label": actor.label}
    row, made = ExchangeRate.objects.select_for_update().get_or_create(
        currency=new.currency, day=new.day, defaults={**said, **who, "created_at": now()}
    )
    before = {"rate": "" if made else _plain(row.rate), "source": "" if made else row.source}
    after = {"rate": _plain(new.rate), "source": new.source}
    if before == after:
        return row
    if not made:
        for name, value in (said | who).items():
            setattr(row, name, value)
        row.save()
    changes = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    told = {"currency": new.currency, "day": new.day.isoformat(), "changes": changes}
    record_event("rate.set", ("exchangerate", row.pk), actor=actor, data=told)
    return row


def _plain(rate: Decimal) -> str:
    return f"{rate.normalize():f}"


def import_rates(table: Table, *, source: str, actor: Actor) -> int:
    """Every row of the file, or none: a faulty row is told with its place. `source` is for rows
    that name none. Returns the number of rows.
    """
    columns, first = _columns(table)
    news, faults = [], []
    for number, row in enumerate(table.rows[first:], first):
        if not any(cell.strip() for cell in row):
            continue
        try:
            news.append(_checked(_read(row, columns, source)))
        except DomainError as refusal:
            faults.append(f"{cell_name(number, columns.get(refusal.field, 0))}: {refusal.message}")
    faults += _twice(news)
    if faults or not news:
        told = faults[:MOST_FAULTS] or [_("Tệp không có dòng tỷ giá nào.")]
        raise DomainError(" ".join(told), "rate.file", "file")
    return len(set_rates(news, actor=actor))


def _columns(table: Table) -> tuple[dict[str, int], int]:
    known = {label: key for key, labels in HEADINGS.items() for label in labels}
    heading = find_heading(table, known=known)
    columns: dict[str, int] = {}
    for place, label in enumerate(heading.labels):
        if key := known.get(fold_label(label)):
            columns.setdefault(key, place)
    missing = [key for key in NEEDED if key not in columns]
    if missing:
        raise DomainError(
            _("Tệp cần các cột Ngày, Tiền tệ, Tỷ giá (và Nguồn nếu có)."), "rate.columns", "file"
        )
    return columns, heading.first


def _read(row: list[str], columns: dict[str, int], source: str) -> NewRate:
    text = row[columns["rate"]]
    exact = isinstance(text, DecimalText)
    rate = Decimal(text).quantize(Decimal("1e-8")) if exact else parse_rate(text)
    named = row[columns["source"]].strip() if "source" in columns else ""
    code = row[columns["currency"]].strip().upper()
    return NewRate(code, _day(row[columns["day"]]), rate, named or source)


def _day(text: str) -> date:
    for form in _DAYS:
        try:
            return datetime.strptime(text.strip(), form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    raise DomainError(
        _("“%(text)s” không phải là ngày; ví dụ: 22/11/2026.") % {"text": text}, "rate.day", "day"
    )


def _twice(news: list[NewRate]) -> Iterator[str]:
    seen: dict[tuple[str, date], Decimal] = {}
    for new in news:
        key = new.currency, new.day
        if seen.setdefault(key, new.rate) != new.rate:
            yield _("%(currency)s ngày %(day)s có hai tỷ giá khác nhau.") % {
                "currency": new.currency,
                "day": f"{new.day:%d/%m/%Y}",
            }
