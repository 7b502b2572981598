"""The mail that takes a quotation to the buyer: the paper, and the link where he answers."""

from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from inventory.ports import company
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.events import record_event
from oms.kernel.pdf import render_letter
from oms.kernel.transactions import forbid_in_transaction
from orders.models import QuotationMail, QuotationVersion
from orders.selectors.quotations import quotation_paper
from orders.services.quote_answers import path_of

SWEPT_AFTER = timedelta(minutes=1)
MOST_AT_ONCE = 50
Status = QuotationMail.Status


def link_of(version: QuotationVersion) -> str:
    """The whole address at which the buyer reads and answers this version."""
    return f"{settings.OMS_PUBLIC_URL}{path_of(version)}"


def send_mail(mail_id: int) -> bool:
    """Send a queued mail; True when this call did. Claimed first: two workers send it once.

    A mail whose sending was cut off stays "sending": nobody knows whether it left.
    """
    forbid_in_transaction("mail")
    claimed = QuotationMail.objects.filter(pk=mail_id, status=Status.QUEUED)
    if not claimed.update(status=Status.SENDING):
        return False
    mail = QuotationMail.objects.select_related("version__quotation").get(pk=mail_id)
    try:
        _message(mail).send()
    except OSError as error:  # smtplib's errors are OSErrors
        _finish(mail, Status.FAILED, error=f"{type(error).__name__}: {error}"[:255])
        return False
    _finish(mail, Status.SENT)
    return True


def send_waiting() -> int:
    """Send what no worker was told of."""
    late = QuotationMail.objects.filter(status=Status.QUEUED, created_at__lt=now() - SWEPT_AFTER)
    ids = late.order_by("id").values_list("pk", flat=True)[:MOST_AT_ONCE]
    return sum(send_mail(pk) for pk in ids)


def _message(mail: QuotationMail) -> EmailMessage:
    version = mail.version
    context = {
        **quotation_paper(version),
        "company": company(),
        "link": link_of(version),
    }
    number = version.quotation.number
    message = EmailMessage(
        subject=_("Báo giá %(number)s") % {"number": number},
        body=render_to_string("email/quotation.txt", context),
        to=[mail.to],
    )
    paper = render_letter("print/quotation.html", context)
    message.attach(f"{number}.pdf", paper, "application/pdf")
    return message


@transaction.atomic
def _finish(mail: QuotationMail, status: str, *, error: str = "") -> None:
    mail.status, mail.error = status, error
    mail.sent_at = now() if status == Status.SENT else None
    mail.save(update_fields=["status", "error", "sent_at"])
    name = "quotation.mail_sent" if status == Status.SENT else "quotation.mail_failed"
    data = {"to": mail.to, "error": error}
    record_event(name, mail.version.quotation, actor=Actor.system("mail"), data=data)
