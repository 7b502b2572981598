"""Claims against a carrier: opened from a parcel or a line of a statement, with an outcome."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.clock import local, now
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.files import files_with_rows, keep_file
from oms.kernel.text import clean_line
from orders.services.note_files import check_files
from shipping.models import (
    CarrierClaim,
    CarrierEntry,
    ClaimFile,
    ClaimKind,
    ClaimStatus,
    EntryKind,
    Package,
    StatementLine,
    Step,
)
from shipping.models.packages import PackageStatus
from shipping.services.cod_problems import tell_cod_differences
from shipping.services.differences import lock_line, take_sums
from shipping.services.money_alerts import tell_differences
from shipping.states import CLAIM_FLOW

S = ClaimStatus


def open_claim(
    package_id: int,
    kind: str,
    asked_vnd: int,
    text: str,
    *,
    actor: Actor,
    line_id: int | None = None,
    files: Sequence[UploadedFile] = (),
) -> CarrierClaim:
    """A demand about a parcel; its last day follows from the account's contract.

    Refused: a parcel of no account of ours, an amount of nothing, no words, a file that is neither
    picture nor PDF, and a second claim of the kind while one is open.
    """
    papers = check_files(files)
    text = clean_line(text, 1000, field="text")
    if not text:
        raise DomainError(_("Hãy viết nội dung khiếu nại."), "claim.text", "text")
    if asked_vnd <= 0:
        raise DomainError(_("Số tiền phải lớn hơn 0."), "claim.amount", "asked_vnd")
    try:
        with files_with_rows():
            claim = _create(package_id, kind, asked_vnd, text, actor, line_id)
            _keep(claim, papers)
    except IntegrityError as clash:
        raise DomainError(_("Kiện này đang có khiếu nại cùng lý do."), "claim.open") from clash
    return claim


def _create(
    package_id: int, kind: str, asked_vnd: int, text: str, actor: Actor, line_id: int | None
) -> CarrierClaim:
    package = Package.objects.select_related("account").get(pk=package_id)
    if package.account is None:
        raise DomainError(_("Kiện này không đi bằng tài khoản của ta."), "claim.no_account")
    claim = CarrierClaim.objects.create(
        account=package.account,
        package=package,
        line_id=line_id,
        kind=kind,
        asked_vnd=asked_vnd,
        due_on=last_day(package),
        text=text,
        actor_label=actor.label,
        created_at=now(),
    )
    if line_id is not None:
        _mark_line(line_id, Step.CLAIMED, text[:200], actor)
    _tell(claim, "claim.opened", actor, {"kind": kind, "asked_vnd": asked_vnd})
    return claim


def last_day(package: Package) -> date:
    """Counted from the day the carrier took it, or from today while nobody has said when."""
    assert package.account is not None
    start = package.handed_over_at or package.delivered_at or now()
    return local(start).date() + timedelta(days=package.account.claim_days)


def proposal(package: Package) -> tuple[ClaimKind, int]:
    """What a claim for this parcel is about, and how much of it may be asked."""
    if package.status == PackageStatus.DAMAGED:
        return ClaimKind.DAMAGED, package.declared_vnd or package.cod_vnd
    if package.status == PackageStatus.LOST:
        return ClaimKind.LOST, package.declared_vnd or package.cod_vnd
    return ClaimKind.MONEY, package.cod_missing_vnd


@files_with_rows()
def add_papers(claim_id: int, files: Sequence[UploadedFile], *, actor: Actor) -> CarrierClaim:
    """More pictures and papers, while the claim is open."""
    papers = check_files(files)
    claim = _locked(claim_id)
    if claim.status not in (S.OPEN, S.SENT):
        raise DomainError(_("Khiếu nại đã đóng."), "claim.closed")
    _keep(claim, papers)
    _tell(claim, "claim.papers_added", actor, {"files": len(papers)})
    return claim


def _keep(claim: CarrierClaim, papers: Sequence[Any]) -> None:
    for paper in papers:
        row = ClaimFile(
            claim=claim, name=paper.name, content_type=paper.content_type, added_at=now()
        )
        keep_file(row.file, paper.name, paper.file)
        row.save()


def send_claim(claim_id: int, *, actor: Actor) -> CarrierClaim:
    """The carrier has it. A second call changes nothing."""
    return _move(claim_id, S.SENT, actor, sent_at=now())


def withdraw_claim(claim_id: int, reason: str, *, actor: Actor) -> CarrierClaim:
    """We do not ask any more; a line of a statement waits again."""
    answer = clean_line(reason, 500, field="answer")
    return _move(claim_id, S.WITHDRAWN, actor, answer=answer, closed_at=now())


def refuse_claim(claim_id: int, reason: str, *, actor: Actor) -> CarrierClaim:
    """The carrier does not pay, and says why; a line of a statement waits again."""
    answer = clean_line(reason, 500, field="answer")
    if not answer:
        raise DomainError(_("Hãy ghi lý do hãng từ chối."), "claim.answer", "answer")
    return _move(claim_id, S.REFUSED, actor, answer=answer, closed_at=now())


@transaction.atomic
def settle_claim(claim_id: int, paid_vnd: int, answer: str, *, actor: Actor) -> CarrierClaim:
    """The carrier pays so much: it owes us that from now on, until a transfer brings it."""
    if paid_vnd <= 0:
        raise DomainError(_("Số tiền phải lớn hơn 0."), "claim.amount", "paid_vnd")
    answer = clean_line(answer, 500, field="answer")
    _take_sums_of_line(claim_id, actor)
    claim = _move(claim_id, S.PAID, actor, paid_vnd=paid_vnd, answer=answer, closed_at=now())
    if claim.paid_vnd != paid_vnd:
        raise DomainError(_("Khiếu nại này đã ghi số tiền khác."), "claim.closed", "paid_vnd")
    source = {"source_kind": "claim", "source_id": claim.pk, "kind": EntryKind.CLAIM}
    CarrierEntry.objects.get_or_create(
        **source,
        defaults={
            "account_id": claim.account_id,
            "package_id": claim.package_id,
            "amount_vnd": paid_vnd,
            "note": answer[:200],
            "actor_label": actor.label,
            "created_at": now(),
        },
    )
    return claim


def _take_sums_of_line(claim_id: int, actor: Actor) -> None:
    """What was claimed of a statement's line is owed as compensation, not as its cash any more."""
    claim = _locked(claim_id)
    if claim.line_id is None or claim.status != S.SENT:
        return
    line = lock_line(claim.line_id)
    if line.step != Step.DONE:
        take_sums(line, f"KN{claim.pk}", actor=actor)


def _locked(claim_id: int) -> CarrierClaim:
    rows = CarrierClaim.objects.select_for_update(of=("self",))
    return rows.select_related("package").get(pk=claim_id)


@transaction.atomic
def _move(claim_id: int, status: ClaimStatus, actor: Actor, **facts: Any) -> CarrierClaim:
    claim = _locked(claim_id)
    if claim.status == status:
        return claim
    CLAIM_FLOW.check(claim.status, status)
    claim.status = status
    for name, value in facts.items():
        setattr(claim, name, value)
    claim.save(update_fields=["status", *facts])
    if claim.line_id is not None and status in (S.PAID, S.REFUSED, S.WITHDRAWN):
        step = Step.DONE if status == S.PAID else Step.OPEN
        _mark_line(claim.line_id, step, claim.answer[:200], actor)
    _tell(claim, f"claim.{status}", actor, {"answer": claim.answer, "paid_vnd": claim.paid_vnd})
    return claim


def _mark_line(line_id: int, step: Step, reason: str, actor: Actor) -> None:
    """A line whose difference was accepted or came in stays done."""
    lines = StatementLine.objects.filter(pk=line_id).exclude(step=Step.DONE)
    if lines.update(step=step, reason=reason, step_at=now(), step_by=actor.label):
        line = StatementLine.objects.get(pk=line_id)
        tell_cod_differences([line.package_id] if line.package_id else [], actor=actor)
        tell_differences(line.statement_id, actor=actor)


def _tell(claim: CarrierClaim, name: str, actor: Actor, data: dict[str, Any]) -> None:
    """On the timeline of the parcel's order."""
    order_id = claim.package.fulfilment.order_id
    told = {"claim_id": claim.pk, "tracking_number": claim.package.tracking_number, **data}
    record_event(name, claim, actor=actor, data=told, about=("order", order_id))
