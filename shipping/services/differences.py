"""What a person does about a line of a statement that is not what we expected."""

from django.db import transaction
from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.text import clean_line
from shipping.models import (
    CarrierEntry,
    CarrierStatement,
    CodStatus,
    EntryKind,
    Package,
    StatementLine,
    Step,
    Verdict,
)
from shipping.models.ledger import CASH_KINDS, COD_KINDS, FEE_KINDS
from shipping.services.cod import write_off
from shipping.services.cod_problems import tell_cod_differences
from shipping.services.ledger import last_entry
from shipping.services.money_alerts import tell_differences
from shipping.services.writer import order_of

K = EntryKind
REASON_LENGTH = 200


@transaction.atomic
def accept_line(line_id: int, reason: str, *, actor: Actor) -> StatementLine:
    """Take the carrier's sums for this line: the ledger gets them, with the reason kept.

    Cash that the carrier pays less is given up once the rest has arrived. A second call changes
    nothing. Raises DomainError without a reason, and for a parcel that the statement lacks.
    """
    line = lock_line(line_id)
    if line.step == Step.DONE:
        return line
    if line.verdict == Verdict.MISSING:
        raise DomainError(
            _("Kiện chưa có trong bảng kê nên chưa có số để chấp nhận; hãy hỏi hãng."),
            "line.missing",
        )
    reason = _needed(reason)
    take_sums(line, reason, actor=actor)
    _step(line, Step.DONE, reason, actor)
    tell_cod_differences([line.package_id] if line.package_id else [], actor=actor)
    tell_differences(line.statement_id, actor=actor)
    return line


def take_sums(line: StatementLine, reason: str, *, actor: Actor) -> None:
    """Inside the caller's transaction: what its lines say is what the carrier owes for a parcel.

    Earlier lines of the parcel that still wait are settled with it: the ledger gets their sum.
    """
    _post_differences(line, reason, actor)
    if line.package is None:
        return
    earlier = StatementLine.objects.filter(package=line.package, pk__lt=line.pk)
    earlier.filter(step__in=[Step.OPEN, Step.ASKED]).exclude(verdict=Verdict.MISSING).update(
        step=Step.DONE, reason=reason, step_at=now(), step_by=actor.label
    )
    give_up_rest(line.package, reason, actor=actor)


def give_up_rest(package: Package, reason: str, *, actor: Actor) -> None:
    """Close what the carrier will never pay, once all that it does pay has arrived."""
    accepted = CarrierEntry.objects.filter(package=package, kind=K.COD_DIFFERENCE)
    given_up_vnd = -(accepted.aggregate(total=Sum("amount_vnd"))["total"] or 0)
    closes = package.cod_status == CodStatus.MISMATCH or given_up_vnd == package.cod_vnd
    if closes and 0 < package.cod_missing_vnd == given_up_vnd:
        write_off(package, reason, actor=actor)


@transaction.atomic
def ask_about_line(line_id: int, question: str, *, actor: Actor) -> StatementLine:
    """Note that the carrier was asked, and what; the line keeps waiting."""
    line = lock_line(line_id)
    if line.step == Step.DONE:
        raise DomainError(_("Dòng này đã xong."), "line.done")
    _step(line, Step.ASKED, _needed(question), actor)
    return line


def accept_lines(
    statement_id: int, verdict: str, line_ids: list[int], reason: str, *, actor: Actor
) -> int:
    """Accept ticked lines of one class, each alone; returns how many."""
    lines = StatementLine.objects.filter(statement=statement_id, verdict=verdict, pk__in=line_ids)
    chosen = list(lines.exclude(step=Step.DONE).order_by("pk").values_list("pk", flat=True))
    for pk in chosen:
        accept_line(pk, reason, actor=actor)
    return len(chosen)


def _needed(text: str) -> str:
    found = clean_line(text, REASON_LENGTH, field="reason")
    if not found:
        raise DomainError(_("Hãy ghi lý do."), "line.reason", "reason")
    return found


def lock_line(line_id: int) -> StatementLine:
    """The line, in the common order: statement, order, parcel, line."""
    place = StatementLine.objects.values("statement_id", "package_id").get(pk=line_id)
    CarrierStatement.objects.select_for_update(no_key=True).get(pk=place["statement_id"])
    if place["package_id"] is not None:
        order_of(place["package_id"], lock=True)
        Package.objects.select_for_update().get(pk=place["package_id"])
    lines = StatementLine.objects.select_for_update(of=("self",))
    return lines.select_related("statement", "package__fulfilment").get(pk=line_id)


def _step(line: StatementLine, step: Step, reason: str, actor: Actor) -> None:
    line.step, line.reason = step, reason
    line.step_at, line.step_by = now(), actor.label
    line.save(update_fields=["step", "reason", "step_at", "step_by"])
    data = {"line": line.key, "verdict": line.verdict, "reason": reason}
    record_event(f"statement_line.{step}", line.statement, actor=actor, data=data)


def _post_differences(line: StatementLine, reason: str, actor: Actor) -> None:
    """One entry for the cash and one for the fee, each naming the line that it corrects."""
    rows = CarrierEntry.objects.filter(source_kind="line", source_id=line.pk, kind=K.STATED)
    stated, package = rows.first(), line.package  # a line that names a missing parcel has none
    if package is None:
        _post(line, K.OTHER, line.cod_vnd - line.charge_vnd, stated, reason, actor)
        return
    cod_vnd, fee_vnd = _missing_sums(line, package)
    # More cash than the parcel's own is no debt of its order.
    kind = K.COD_DIFFERENCE if cod_vnd < 0 else K.OTHER
    _post(line, kind, cod_vnd, last_entry(package, COD_KINDS) or stated, reason, actor)
    fee = last_entry(package, FEE_KINDS) or stated
    _post(line, _fee_kind(line, fee_vnd), fee_vnd, fee, reason, actor)


def _missing_sums(line: StatementLine, package: Package) -> tuple[int, int]:
    """What the ledger lacks, in cash and in fees, of the lines up to this one and those settled."""
    counted = Q(pk__lte=line.pk) | Q(step=Step.DONE)
    lines = StatementLine.objects.filter(counted, package=package).exclude(verdict=Verdict.MISSING)
    told = lines.aggregate(cod=Sum("cod_vnd"), charge=Sum("charge_vnd"), count=Count("pk"))
    entries = CarrierEntry.objects.filter(package=package)
    known = entries.aggregate(
        cash=Sum("amount_vnd", filter=Q(kind__in=CASH_KINDS)),
        fee=Sum("amount_vnd", filter=Q(kind__in=FEE_KINDS)),
    )
    cod_vnd = (told["cod"] or 0) - (known["cash"] or 0)
    fee_vnd = -(told["charge"] or 0) - (known["fee"] or 0) if told["count"] else 0
    return cod_vnd, fee_vnd


def _fee_kind(line: StatementLine, fee_vnd: int) -> EntryKind:
    if line.return_fee_vnd and -fee_vnd == line.return_fee_vnd:
        return K.RETURN_FEE
    weight_g = line.package.weight_g if line.package else 0
    if line.weight_g and line.weight_g > weight_g:
        return K.WEIGHT
    return K.FEE_DIFFERENCE


def _post(
    line: StatementLine,
    kind: EntryKind,
    amount_vnd: int,
    corrects: CarrierEntry | None,
    reason: str,
    actor: Actor,
) -> None:
    if not amount_vnd:
        return
    CarrierEntry.objects.create(
        account_id=line.statement.account_id,
        package=line.package,
        kind=kind,
        amount_vnd=amount_vnd,
        corrects=corrects,
        source_kind="line",
        source_id=line.pk,
        note=reason,
        actor_label=actor.label,
        created_at=now(),
    )
