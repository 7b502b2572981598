"""What quotations and recurring orders keep about a person: told, and forgotten with the rest."""

from collections.abc import Sequence
from typing import Any

from oms.kernel.actors import Actor
from oms.kernel.erasing import GONE, Scrub, scrub_history
from orders.models import (
    Customer,
    Quotation,
    QuotationMail,
    QuotationVersion,
    RecurringOrder,
)
from orders.services.quoting import move_quotation, search_text
from orders.services.recurring import end_recurring

Status = Quotation.Status
TEMPLATE = ("recipient_name", "recipient_phone", "street", "ward", "district")
PERSON = (*TEMPLATE, "email")
TYPED = ("recipient_name", "recipient_phone", "email", "street")


def collect_quotations(people: Sequence[Customer]) -> list[dict[str, Any]]:
    """Plain values for a file, with each answer that was given."""
    rows = Quotation.objects.filter(customer__in=people).prefetch_related("versions")
    return [
        {
            "number": row.number,
            "status": row.status,
            **{name: getattr(row, name) for name in (*PERSON, "province", "internal_note")},
            "answers": [
                {
                    "version": version.number,
                    "answer": version.answer,
                    "by": version.answered_by,
                    "ip": version.answered_ip,
                    "at": version.answered_at.isoformat() if version.answered_at else None,
                }
                for version in row.versions.all()
                if version.answer
            ],
        }
        for row in rows.order_by("pk")
    ]


def texts_in_quotations(people: Sequence[Customer]) -> list[str]:
    """Names, phones, addresses as they were typed: what gives the person away elsewhere."""
    rows = Quotation.objects.filter(customer__in=people)
    typed = [text for row in rows.values_list(*TYPED).distinct() for text in row]
    answered = QuotationVersion.objects.filter(quotation__customer__in=people)
    return [*typed, *answered.values_list("answered_by", flat=True).distinct()]


def erase_quotations(people: Sequence[Customer], scrub: Scrub, *, name: str, actor: Actor) -> None:
    """Close what is open and forget whose it was; goods and amounts stay. A repeat is harmless."""
    locked = Quotation.objects.select_for_update(no_key=True, of=("self",))
    rows = list(locked.select_related("current").filter(customer__in=people).order_by("pk"))
    for row in rows:
        if row.status not in {Status.DECLINED, Status.CONVERTED}:
            data = {"reason": GONE}
            move_quotation(row, Status.DECLINED, "quotation.declined", data, actor=actor)
        for column in (*PERSON, "internal_note", "new_ward_code"):
            setattr(row, column, "")
        row.recipient_name = name
        row.search_folded = search_text(row)
        row.save()
    versions = QuotationVersion.objects.filter(quotation__in=rows)
    versions.exclude(answered_by="").update(answered_by=name, answered_ip=None)
    versions.exclude(decline_reason="").update(decline_reason=GONE)
    mails = QuotationMail.objects.filter(version__quotation__in=rows)
    mails.filter(status=QuotationMail.Status.QUEUED).update(status=QuotationMail.Status.FAILED)
    mails.update(to="")
    scrub_history("quotation", [row.pk for row in rows], scrub)


def collect_recurring(people: Sequence[Customer]) -> list[dict[str, Any]]:
    """Plain values for a file."""
    rows = RecurringOrder.objects.filter(customer__in=people).order_by("pk")
    names = ("number", "status", *TEMPLATE, "province", "internal_note")
    return [{name: getattr(row, name) for name in names} for row in rows]


def erase_recurring(people: Sequence[Customer], scrub: Scrub, *, name: str, actor: Actor) -> None:
    """End the templates and forget whose they were. A repeat is harmless."""
    rows = RecurringOrder.objects.filter(customer__in=people).order_by("pk")
    ids = list(rows.values_list("pk", flat=True))
    for template_id in ids:
        end_recurring(template_id, actor=actor)
    empty = dict.fromkeys((*TEMPLATE, "internal_note", "new_ward_code"), "")
    rows.update(**empty | {"recipient_name": name})
    scrub_history("recurringorder", ids, scrub)
