"""The mail that takes an order to the supplier, and what he answers through its link."""

from datetime import date, timedelta
from functools import partial

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from inventory import ports
from inventory.models import PurchaseMail, PurchaseOrder
from inventory.selectors.purchasing import purchase_paper
from inventory.services.purchasing import lock_purchase
from oms.kernel.actors import Actor
from oms.kernel.clock import now, today
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.pdf import render_letter
from oms.kernel.queue import hurry
from oms.kernel.text import clean_line
from oms.kernel.transactions import forbid_in_transaction

SALT = "inventory.purchase_mail"
LINK_DAYS = 14
SWEPT_AFTER = timedelta(minutes=1)
Status = PurchaseMail.Status


def queue_mail(order_id: int, *, key: str, actor: Actor) -> PurchaseMail:
    """Ask a worker to send the order to its supplier; the same key again sends nothing more."""
    found = PurchaseMail.objects.filter(key=key).first()
    try:
        return found or _queue(order_id, key, actor)
    except IntegrityError:
        return PurchaseMail.objects.get(key=key)


@transaction.atomic
def _queue(order_id: int, key: str, actor: Actor) -> PurchaseMail:
    from inventory.tasks import send_purchase_mail

    order = lock_purchase(order_id)
    if order.status == PurchaseOrder.Status.CANCELLED:
        raise DomainError(_("Đơn nhập đã hủy."), code="purchase.cancelled")
    if not order.supplier.email:
        raise DomainError(_("Nhà cung cấp chưa có email."), code="supplier.no_email")
    if not order.lines.exists():
        raise DomainError(_("Đơn nhập chưa có mặt hàng nào."), code="purchase.empty")
    mail = PurchaseMail.objects.create(
        order=order,
        key=key,
        to=order.supplier.email,
        created_at=now(),
        expires_at=now() + timedelta(days=LINK_DAYS),
    )
    record_event("purchase.mail_queued", order, actor=actor, data={"to": mail.to})
    transaction.on_commit(partial(hurry, send_purchase_mail, mail.pk))
    return mail


def send_mail(mail_id: int) -> bool:
    """Send a queued mail; True when this call did. Claimed first: two workers send it once.

    A mail whose sending was cut off stays "sending": nobody knows whether it left.
    """
    forbid_in_transaction("mail")
    claimed = PurchaseMail.objects.filter(pk=mail_id, status=Status.QUEUED)
    if not claimed.update(status=Status.SENDING):
        return False
    mail = PurchaseMail.objects.select_related("order__supplier", "order__warehouse").get(
        pk=mail_id
    )
    message = _message(mail)
    try:
        message.send()
    except OSError as error:  # smtplib's errors are OSErrors
        _finish(mail, Status.FAILED, error=f"{type(error).__name__}: {error}"[:255])
        return False
    _finish(mail, Status.SENT)
    return True


def send_waiting() -> int:
    """Send what no worker was told of."""
    late = PurchaseMail.objects.filter(status=Status.QUEUED, created_at__lt=now() - SWEPT_AFTER)
    return sum(send_mail(pk) for pk in late.order_by("id").values_list("pk", flat=True)[:50])


def _message(mail: PurchaseMail) -> EmailMessage:
    order = mail.order
    context = {
        **purchase_paper(order),
        "company": ports.company(),
        "link": settings.OMS_PUBLIC_URL + reverse("inventory:supplier_answer", args=[token(mail)]),
        "expires_at": mail.expires_at,
    }
    message = EmailMessage(
        subject=_("Đơn đặt hàng %(number)s") % {"number": order.number},
        body=render_to_string("email/purchase_order.txt", context),
        to=[mail.to],
    )
    paper = render_letter("print/purchase_order.html", context)
    message.attach(f"{order.number}.pdf", paper, "application/pdf")
    return message


@transaction.atomic
def _finish(mail: PurchaseMail, status: str, *, error: str = "") -> None:
    mail.status, mail.error = status, error
    mail.sent_at = now() if status == Status.SENT else None
    mail.save(update_fields=["status", "error", "sent_at"])
    name = "purchase.mail_sent" if status == Status.SENT else "purchase.mail_failed"
    data = {"to": mail.to, "error": error}
    record_event(name, mail.order, actor=Actor.system("mail"), data=data)


def token(mail: PurchaseMail) -> str:
    """What the link carries: the mail's id, signed, and nothing else."""
    return signing.Signer(salt=SALT).sign(str(mail.pk))


def mail_of(text: str) -> PurchaseMail | None:
    """The mail of a link that is ours and has not run out."""
    try:
        key = signing.Signer(salt=SALT).unsign(text)
    except signing.BadSignature:
        return None
    rows = PurchaseMail.objects.select_related("order__supplier", "order__warehouse")
    return rows.filter(pk=key, expires_at__gt=now()).first()


@transaction.atomic
def answer_purchase(
    mail_id: int, *, answer: str, answer_on: date | None = None, note: str = ""
) -> PurchaseOrder:
    """What the supplier says: all of it, on another day, or not all. The newest answer counts.

    Raises DomainError for an order that is closed, or another day without the day.
    """
    mail = PurchaseMail.objects.get(pk=mail_id)
    order = lock_purchase(mail.order_id)
    if order.status in {PurchaseOrder.Status.CANCELLED, PurchaseOrder.Status.RECEIVED}:
        raise DomainError(_("Đơn này đã đóng, không cần trả lời nữa."), code="purchase.closed")
    if answer == PurchaseOrder.Answer.LATE and answer_on is None:
        raise DomainError(_("Hãy cho biết ngày giao."), code="answer.day", field="answer_on")
    if answer_on is not None and answer_on < today():
        raise DomainError(_("Ngày giao đã qua."), code="answer.past", field="answer_on")
    order.answer, order.answered_at = PurchaseOrder.Answer(answer), now()
    order.answer_on = answer_on
    order.answer_note = clean_line(note, 500, field="note")
    if answer_on is not None:
        order.expected_on = answer_on
    order.save(update_fields=["answer", "answered_at", "answer_on", "answer_note", "expected_on"])
    data = {"answer": answer, "answer_on": str(answer_on or ""), "note": order.answer_note}
    record_event(
        "purchase.answered", order, actor=Actor.partner(order.supplier.name[:150]), data=data
    )
    return order
