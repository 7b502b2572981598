"""Quotations up to the buyer: written, sent, taken back for a new version, run out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.clock import now, today
from oms.kernel.counters import bump
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.money import allocate, net_of_gross
from oms.kernel.numbering import next_code
from oms.kernel.phones import national
from oms.kernel.queue import hurry
from oms.kernel.text import clean_line, clean_text, fold
from orders.models import Quotation, QuotationLine, QuotationMail, QuotationVersion
from orders.selectors.terms import terms_of
from orders.services.customers import customer_of_phone
from orders.services.drafting import Draft, draft_order
from orders.services.new_order import NewLine, NewOrder
from orders.states import QUOTATION_FLOW

Status = Quotation.Status
COUNTERS = "quotations:"
USUAL_DAYS, MOST_DAYS = 14, 365
TERMS_LENGTH = 4000
MOST_AT_ONCE = 500
EXPIRER = Actor.system("quotations")
COPIED = (
    *("terms", "goods_vnd", "discount_vnd", "shipping_fee_vnd"),
    *("total_vnd", "tax_vnd", "payment_days"),
)
LINE = (
    *("position", "variant_id", "sku", "name", "quantity", "unit_price_vnd"),
    *("discount_vnd", "total_vnd", "vat_rate"),
)
_ADDRESS = ("street", "ward", "district", "province")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a form says. Goods are named by `variant_id`; prices include VAT."""

    source: str
    phone: str
    name: str
    lines: Sequence[NewLine]
    valid_until: date
    email: str = ""
    street: str = ""
    ward: str = ""
    district: str = ""
    province: str = ""
    new_ward_code: str = ""
    discount_vnd: int = 0
    shipping_fee_vnd: int = 0
    terms: str = ""
    internal_note: str = ""


def new_quotation(offer: Offer, *, request_key: str, actor: Actor) -> Quotation:
    """Write a quotation down as a draft; the same key again finds it."""
    try:
        return _new_quotation(offer, request_key, actor)
    except IntegrityError:
        found = Quotation.objects.filter(request_key=request_key).first()
        if found is None:
            raise
        return found


@transaction.atomic
def _new_quotation(offer: Offer, request_key: str, actor: Actor) -> Quotation:
    moment = now()
    draft = _read(offer, moment)
    quotation = Quotation(
        number=f"BG{next_code('quotation')}", request_key=request_key, created_at=moment
    )
    _fill(quotation, offer, draft, moment)
    quotation.save()
    version = QuotationVersion(quotation=quotation, number=1, created_at=moment)
    _write_version(version, offer, draft)
    quotation.current = version
    quotation.save(update_fields=["current"])
    bump({COUNTERS + Status.DRAFT: 1})
    record_event("quotation.drafted", quotation, actor=actor, data={"number": quotation.number})
    return quotation


@transaction.atomic
def rewrite_quotation(
    quotation_id: int, offer: Offer, *, edit_version: int, actor: Actor
) -> Quotation:
    """Fill a draft in again. Raises DomainError when somebody else saved it meanwhile."""
    quotation = lock_quotation(quotation_id)
    if quotation.status != Status.DRAFT:
        raise DomainError(
            _("Báo giá đã gửi thì không sửa được; hãy lập bản mới."), code="quotation.not_draft"
        )
    if quotation.edit_version != edit_version:
        raise DomainError(
            _("Báo giá vừa được người khác sửa; hãy mở lại trước khi lưu."),
            code="quotation.version",
        )
    moment = now()
    draft = _read(offer, moment)
    before = quotation.newest.total_vnd
    _fill(quotation, offer, draft, moment)
    quotation.edit_version += 1
    quotation.save()
    _write_version(quotation.newest, offer, draft)
    changes = {"total_vnd": [before, quotation.newest.total_vnd]}
    record_event("quotation.changed", quotation, actor=actor, data={"changes": changes})
    return quotation


@transaction.atomic
def send_quotation(quotation_id: int, *, key: str, actor: Actor) -> Quotation:
    """Freeze the newest version and mail it to the buyer who has an address.

    Sent already it is only mailed again; the same key again mails nothing more.
    """
    quotation = lock_quotation(quotation_id)
    version = quotation.newest
    if quotation.status != Status.SENT:
        QUOTATION_FLOW.check(quotation.status, Status.SENT)
        if version.valid_until < today():
            raise DomainError(
                _("Ngày hết hạn đã qua; hãy sửa ngày trước khi gửi."), code="quotation.past"
            )
        version.sent_at = now()
        version.save(update_fields=["sent_at"])
        data = {"text": _("bản %(n)d") % {"n": version.number}}
        move_quotation(quotation, Status.SENT, "quotation.sent", data, actor=actor)
    if quotation.email:
        _queue_mail(quotation, key, actor)
    return quotation


def _queue_mail(quotation: Quotation, key: str, actor: Actor) -> None:
    from orders.tasks import send_quotation_mail

    mail, created = QuotationMail.objects.get_or_create(
        key=key,
        defaults={"version": quotation.newest, "to": quotation.email, "created_at": now()},
    )
    if created:
        record_event("quotation.mail_queued", quotation, actor=actor, data={"to": mail.to})
        transaction.on_commit(partial(hurry, send_quotation_mail, mail.pk))


@transaction.atomic
def revise_quotation(quotation_id: int, *, actor: Actor) -> Quotation:
    """Take an offer back and begin its next version with the same lines. A repeat changes nothing.

    The link of the version before says from now on that it is superseded.
    """
    quotation = lock_quotation(quotation_id)
    if quotation.status == Status.DRAFT:
        return quotation
    QUOTATION_FLOW.check(quotation.status, Status.DRAFT)
    old = quotation.newest
    if old.sent_at is not None:
        _copy_version(quotation, old)
    data = {"text": _("bản %(n)d") % {"n": quotation.newest.number}}
    quotation.edit_version += 1
    move_quotation(quotation, Status.DRAFT, "quotation.revised", data, actor=actor)
    return quotation


def _copy_version(quotation: Quotation, old: QuotationVersion) -> None:
    lines = list(old.lines.order_by("position"))
    new = QuotationVersion(
        quotation=quotation,
        number=old.number + 1,
        valid_until=max(old.valid_until, today() + timedelta(days=USUAL_DAYS)),
        created_at=now(),
    )
    for name in COPIED:
        setattr(new, name, getattr(old, name))
    new.save()
    for line in lines:
        line.pk, line.version = None, new
    QuotationLine.objects.bulk_create(lines)
    quotation.current = new


@transaction.atomic
def expire_quotations() -> int:
    """Close what nobody answered in time. Returns how many; a repeat finds none."""
    due = Quotation.objects.filter(status=Status.SENT, current__valid_until__lt=today())
    ids = list(due.order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE])
    rows = Quotation.objects.select_for_update(no_key=True).filter(pk__in=ids, status=Status.SENT)
    expired = list(rows.order_by("pk"))
    for quotation in expired:
        move_quotation(quotation, Status.EXPIRED, "quotation.expired", {}, actor=EXPIRER)
    return len(expired)


def lock_quotation(quotation_id: int) -> Quotation:
    """The quotation with its newest version, locked; everything that changes one starts here."""
    rows = Quotation.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("current").get(pk=quotation_id)


def move_quotation(
    quotation: Quotation, status: str, event_name: str, data: dict[str, Any], *, actor: Actor
) -> None:
    """The one writer of a quotation's state: edge checked, counters and history with it."""
    QUOTATION_FLOW.check(quotation.status, status)
    bump({COUNTERS + quotation.status: -1, COUNTERS + status: 1})
    quotation.status, quotation.updated_at = status, now()
    quotation.save(update_fields=["status", "updated_at", "current", "order", "edit_version"])
    record_event(event_name, quotation, actor=actor, data=data)


def _read(offer: Offer, moment: datetime) -> Draft:
    """Check and clean an offer as an order is; raises DomainError for what cannot be kept."""
    if offer.valid_until < today() or offer.valid_until > today() + timedelta(days=MOST_DAYS):
        raise DomainError(
            _("Ngày hết hạn phải từ hôm nay đến một năm tới."),
            code="quotation.valid_until",
            field="valid_until",
        )
    if any(line.variant_id is None or line.vat_rate is None for line in offer.lines):
        raise DomainError(_("Báo giá chỉ gồm hàng đã có mã."), code="quotation.goods")
    return draft_order(
        NewOrder(
            source=offer.source,
            recipient_phone=offer.phone,
            recipient_name=offer.name,
            street=offer.street,
            ward=offer.ward,
            district=offer.district,
            province=offer.province,
            new_ward_code=offer.new_ward_code,
            internal_note=offer.internal_note,
            discount_vnd=offer.discount_vnd,
            shipping_fee_buyer_vnd=offer.shipping_fee_vnd,
            lines=offer.lines,
            draft=True,
        ),
        moment,
    )


def _fill(quotation: Quotation, offer: Offer, draft: Draft, moment: datetime) -> None:
    if draft.phone is None:
        wrong = [problem["message"] for problem in draft.problems]
        message = wrong[0] if wrong else _("Cần số điện thoại của khách.")
        raise DomainError(message, code="quotation.phone", field="phone")
    name = draft.row["recipient_name"]
    if not name:
        raise DomainError(_("Thiếu tên khách hàng."), code="customer.name", field="name")
    quotation.customer = customer_of_phone(draft.phone, name=name)
    quotation.source, quotation.recipient_phone = offer.source, draft.phone
    quotation.recipient_name = name
    for column in (*_ADDRESS, "internal_note"):
        setattr(quotation, column, draft.row[column])
    quotation.new_ward_code = offer.new_ward_code
    quotation.email = clean_line(offer.email, 254, field="email")
    quotation.search_folded = search_text(quotation)
    quotation.updated_at = moment


def search_text(quotation: Quotation) -> str:
    """Number, buyer and phone, each word with a space in front."""
    words = (quotation.number, quotation.recipient_name, national(quotation.recipient_phone))
    return " ".join(["", *map(fold, words)])[:300]


def _write_version(version: QuotationVersion, offer: Offer, draft: Draft) -> None:
    """Replace the lines and sums of a version that was not sent."""
    row, lines = draft.row, draft.lines
    version.valid_until = offer.valid_until
    version.terms = clean_text(offer.terms, TERMS_LENGTH, field="terms").strip()
    version.goods_vnd, version.discount_vnd = row["goods_vnd"], row["discount_vnd"]
    version.shipping_fee_vnd = row["shipping_fee_buyer_vnd"]
    version.total_vnd = row["total_vnd"]
    version.payment_days = terms_of(version.quotation.customer).payment_days
    version.tax_vnd = tax_within(
        [(line["total_vnd"], line["vat_rate"]) for line in lines], version.discount_vnd
    )
    version.save()
    version.lines.all().delete()
    QuotationLine.objects.bulk_create(
        QuotationLine(version=version, **{name: line[name] for name in LINE}) for line in lines
    )


def tax_within(goods: Sequence[tuple[int, int]], discount_vnd: int) -> int:
    """The VAT within (total, rate) of each line, after the whole discount is shared among them."""
    totals = [total for total, _rate in goods]
    shares = allocate(min(discount_vnd, sum(totals)), totals)
    return sum(
        net_of_gross(total - share, rate)[1]
        for (total, rate), share in zip(goods, shares, strict=True)
        if rate > 0
    )
