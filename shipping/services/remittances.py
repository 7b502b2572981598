"""A carrier's transfer for a statement: booked whole at once, then to each parcel's order."""

from dataclasses import dataclass
from datetime import date
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from oms.kernel import jobs, queue
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.models import Job
from oms.kernel.money import format_vnd
from oms.kernel.sql import run
from oms.kernel.text import clean_line
from shipping.models import (
    BankLine,
    CarrierEntry,
    CarrierStatement,
    EntryKind,
    Package,
    Remittance,
    StatementLine,
    Verdict,
)
from shipping.services.cod import REFERENCE_LENGTH, WAITING, receive_cod
from shipping.services.differences import give_up_rest
from shipping.services.writer import order_of
from shipping.statements import matching_sql

JOB = "cod.remittance"
OF_A_PARCEL = (Verdict.EQUAL, Verdict.COD_DIFFERS, Verdict.FEE_DIFFERS)


@dataclass(frozen=True, slots=True)
class Transfer:
    """What came in: a line of the bank, or what a person reads from one."""

    amount_vnd: int
    reference: str
    received_on: date
    bank_line_id: int | None = None


@transaction.atomic
def record_transfer(
    statement_id: int, transfer: Transfer, *, reason: str = "", actor: Actor
) -> Remittance:
    """One transfer pays a statement less its fees. The same again changes nothing.

    Refused, with the field: a bank line that pays another statement, another amount under the same
    reference, and an amount that is not what is due without the reason of the difference.
    """
    reference = clean_line(transfer.reference, REFERENCE_LENGTH, field="reference")
    statement = CarrierStatement.objects.select_for_update(no_key=True).get(pk=statement_id)
    booked = statement.remittances.filter(reference=reference).first()
    if booked is not None:
        return _same_or_refused(booked, transfer)
    [(statement.apart_vnd,)] = run(matching_sql.APART, {"statement": statement.pk})
    due_vnd = statement.due_vnd
    reason = clean_line(reason, 200, field="reason")
    _check(statement, transfer, reference, due_vnd, reason)
    made = Remittance.objects.create(
        statement=statement,
        bank_line_id=transfer.bank_line_id,
        amount_vnd=transfer.amount_vnd,
        due_vnd=due_vnd,
        reference=reference,
        received_on=transfer.received_on,
        reason=reason,
        actor_label=actor.label,
        created_at=now(),
    )
    statement.remitted_vnd += made.amount_vnd
    statement.save(update_fields=["remitted_vnd"])
    _post(statement, made, actor)
    data = {"amount_vnd": made.amount_vnd, "due_vnd": due_vnd, "reference": reference}
    record_event("statement.remitted", statement, actor=actor, data={**data, "reason": reason})
    _share_later(statement, actor)
    return made


def _same_or_refused(booked: Remittance, transfer: Transfer) -> Remittance:
    if booked.amount_vnd != transfer.amount_vnd:
        text = _("Mã giao dịch “%(code)s” đã ghi %(amount)s cho bảng kê này.")
        words = {"code": booked.reference, "amount": format_vnd(booked.amount_vnd)}
        raise DomainError(text % words, "remittance.reference_used", "reference")
    return booked


def _check(
    statement: CarrierStatement, transfer: Transfer, reference: str, due_vnd: int, reason: str
) -> None:
    if not reference:
        raise DomainError(_("Hãy nhập mã giao dịch."), "remittance.reference", "reference")
    if transfer.amount_vnd <= 0:
        raise DomainError(_("Số tiền phải lớn hơn 0."), "remittance.amount", "amount")
    if transfer.bank_line_id is not None:
        line = BankLine.objects.select_for_update().get(pk=transfer.bank_line_id)
        if Remittance.objects.filter(bank_line=line).exists():
            raise DomainError(_("Khoản này đã khớp với bảng kê khác."), "remittance.line_used")
    if transfer.amount_vnd != due_vnd and not reason:
        text = _("Bảng kê còn %(due)s, tiền về %(amount)s: lệch %(gap)s. Hãy ghi lý do lệch.")
        words = {
            "due": format_vnd(due_vnd),
            "amount": format_vnd(transfer.amount_vnd),
            "gap": format_vnd(transfer.amount_vnd - due_vnd),
        }
        raise DomainError(text % words, "remittance.differs", "reason")


def _post(statement: CarrierStatement, made: Remittance, actor: Actor) -> None:
    CarrierEntry.objects.create(
        account_id=statement.account_id,
        kind=EntryKind.REMITTED,
        amount_vnd=-made.amount_vnd,
        source_kind="remittance",
        source_id=made.pk,
        note=f"{statement.number} · {made.reference}"[:200],
        actor_label=actor.label,
        created_at=now(),
    )


def _share_later(statement: CarrierStatement, actor: Actor) -> None:
    """The orders are paid by a job: thousands of them, each with its own payment."""
    count = lines_to_pay(statement.pk).count()
    if not count:
        return
    params = {"statement_id": statement.pk, "number": statement.number}
    job = jobs.start_job(JOB, actor=actor, params=params, total=count)
    transaction.on_commit(partial(hurry, job.pk))


def hurry(job_id: int) -> None:
    from shipping.tasks import share_remittance

    queue.hurry(share_remittance, job_id)


def resume_shares() -> None:
    """Send again the jobs whose message the queue has lost; what two take is paid once."""
    lost = Job.objects.filter(
        kind=JOB, status=Job.Status.QUEUED, created_at__lt=now() - jobs.LOST_AFTER
    )
    for pk in lost.values_list("pk", flat=True):
        hurry(pk)


def lines_to_pay(statement_id: int) -> QuerySet[StatementLine]:
    """Lines whose cash has arrived and is not booked for their orders yet."""
    lines = StatementLine.objects.filter(statement=statement_id, paid_at=None, cod_vnd__gt=0)
    return lines.filter(verdict__in=OF_A_PARCEL)


def share(job_id: int) -> None:
    """Pay the order of each line once; a worker that dies leaves the rest to whoever comes next."""
    job = Job.objects.get(pk=job_id)
    actor, statement_id = jobs.actor_of(job), job.params["statement_id"]
    for pk in list(lines_to_pay(statement_id).order_by("pk").values_list("pk", flat=True)):
        try:
            pay_line(pk, actor=actor)
        except DomainError as refusal:
            jobs.record_result(job_id, str(pk), ok=False, message=refusal.message)
        else:
            jobs.record_result(job_id, str(pk), ok=True)
    jobs.finish_job(job_id)


@transaction.atomic
def pay_line(line_id: int, *, actor: Actor) -> None:
    """Book the cash of one line for its order, never more than is missing; a repeat does nothing.

    What the carrier keeps of it with our consent is closed with the reason of that consent.
    """
    package_id = StatementLine.objects.values_list("package_id", flat=True).get(pk=line_id)
    assert package_id is not None
    order = order_of(package_id, lock=True)
    package = Package.objects.select_for_update().get(pk=package_id)
    line = StatementLine.objects.select_for_update(of=("self",)).get(pk=line_id)
    if line.paid_at is not None:
        return
    number = CarrierStatement.objects.values_list("number", flat=True).get(pk=line.statement_id)
    missing_vnd = min(package.cod_missing_vnd, order.total_vnd - order.paid_vnd)
    amount_vnd = min(line.cod_vnd, missing_vnd)
    if amount_vnd > 0 and package.cod_status in WAITING:
        reference = number if line.key.endswith("#1") else f"{number} {line.key}"
        receive_cod(package.pk, amount_vnd, reference[-REFERENCE_LENGTH:], actor=actor)
        package = Package.objects.select_related("fulfilment").get(pk=package_id)
        give_up_rest(package, line.reason or number, actor=actor)
    StatementLine.objects.filter(pk=line_id).update(paid_at=now())
