"""Reading a carrier's statement into lines, each with its class."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.clock import day_bounds, now
from oms.kernel.events import record_event
from oms.kernel.money import format_vnd
from oms.kernel.sql import run
from orders.services.cod_news import cod_stated
from shipping.models import CarrierStatement, Package, StatementLine, Step, Verdict
from shipping.models.ledger import CASH_KINDS, FEE_KINDS
from shipping.services.cod_problems import tell_cod_differences
from shipping.services.money_alerts import tell_differences
from shipping.services.writer import set_cod_stated
from shipping.statements import matching_sql as sql

COLUMNS = {
    "keys": "key",
    "rows": "row_number",
    "cods": "cod_vnd",
    "fees": "fee_vnd",
    "backs": "return_fee_vnd",
    "others": "other_fee_vnd",
    "weights": "weight_g",
    "statuses": "told_status",
}


@dataclass(frozen=True, slots=True)
class NewLine:
    """One row of a statement; `key` tells it from the others of its statement."""

    key: str
    row_number: int
    tracking_number: str
    reference: str
    cod_vnd: int
    fee_vnd: int
    return_fee_vnd: int = 0
    other_fee_vnd: int = 0
    weight_g: int | None = None
    delivered_on: date | None = None
    told_status: str = ""

    @property
    def charge_vnd(self) -> int:
        return self.fee_vnd + self.return_fee_vnd + self.other_fee_vnd


def find_statement(account_id: int, number: str) -> CarrierStatement | None:
    return CarrierStatement.objects.filter(account=account_id, number=number).first()


def open_statement(account_id: int, number: str, until: date, *, actor: Actor) -> CarrierStatement:
    """Inside the caller's transaction: the statement of this number, locked; made when new."""
    CarrierStatement.objects.bulk_create(
        [
            CarrierStatement(
                account_id=account_id,
                number=number,
                until=until,
                actor_label=actor.label,
                created_at=now(),
            )
        ],
        ignore_conflicts=True,
    )
    rows = CarrierStatement.objects.select_for_update(no_key=True)
    return rows.get(account=account_id, number=number)


@transaction.atomic
def take_lines(statement_id: int, lines: Sequence[NewLine], *, actor: Actor) -> None:
    """Add lines, compare each with what we expected, and let parcels and orders follow.

    The caller holds the statement and has left out what it has already. A line that is equal is
    done; any other waits for a person, and no money moves for it before.
    """
    if not lines:
        return
    statement = CarrierStatement.objects.select_for_update(no_key=True).get(pk=statement_id)
    found = _find(statement, lines)
    packages = sorted({found[line.key] for line in lines if line.key in found})
    run(sql.LOCK_ORDERS, {"packages": packages})
    run(sql.LOCK_PACKAGES, {"packages": packages})
    ids = [pk for (pk,) in run(sql.ADD, _params(statement, lines, found))]
    kinds = {"fee_kinds": list(map(str, FEE_KINDS)), "cash_kinds": list(map(str, CASH_KINDS))}
    run(sql.CLASSIFY, {"lines": ids, **kinds})
    about = {"note": statement.number[:200], "actor": actor.label, "now": now()}
    run(sql.COMPLETED, {"lines": ids, **about})
    _follow(statement, ids, about, actor)
    run(sql.STATE, {"account": statement.account_id, "lines": ids, **about})
    _take_small_fees(statement, ids, kinds, about)
    run(sql.SUMS, {"statement": statement.pk, "lines": ids})
    run(sql.APART, {"statement": statement.pk})
    _settle_missing(statement, packages, actor)
    tell_cod_differences(packages, actor=actor)


def _take_small_fees(
    statement: CarrierStatement,
    line_ids: list[int],
    kinds: dict[str, list[str]],
    about: dict[str, Any],
) -> None:
    """Fees that differ by no more than the account tolerates are taken as the carrier says."""
    tolerance_vnd = statement.account.fee_tolerance_vnd
    if not tolerance_vnd:
        return
    reason = _("Trong mức bỏ qua %(vnd)s") % {"vnd": format_vnd(tolerance_vnd)}
    told = about | {"note": reason, "tolerance": tolerance_vnd, "account": statement.account_id}
    run(sql.TOLERATE, {"lines": line_ids, **kinds, **told})


def _find(statement: CarrierStatement, lines: Sequence[NewLine]) -> dict[str, int]:
    """Parcels of the statement's account by the keys of the lines."""
    codes = sorted({line.tracking_number for line in lines if line.tracking_number})
    ours = sorted({line.reference for line in lines if not line.tracking_number})
    of_account = {"account": statement.account_id}
    by_code = dict(run(sql.FIND, {"codes": codes, **of_account}))
    by_reference = dict(run(sql.FIND_OURS, {"codes": ours, **of_account})) if ours else {}
    found = {}
    for line in lines:
        if line.tracking_number:
            package_id = by_code.get(line.tracking_number)
        else:
            package_id = by_reference.get(line.reference)
        if package_id is not None:
            found[line.key] = package_id
    return found


def _params(
    statement: CarrierStatement, lines: Sequence[NewLine], found: dict[str, int]
) -> dict[str, Any]:
    params: dict[str, Any] = {
        name: [getattr(line, attribute) for line in lines] for name, attribute in COLUMNS.items()
    }
    return params | {
        "statement": statement.pk,
        "packages": [found.get(line.key) for line in lines],
        "codes": [line.tracking_number or line.reference for line in lines],
        "days": [line.delivered_on.isoformat() if line.delivered_on else "" for line in lines],
    }


def _follow(
    statement: CarrierStatement, line_ids: list[int], about: dict[str, Any], actor: Actor
) -> None:
    """Cash that the statement lists is in a statement: the second of the three facts."""
    lines = StatementLine.objects.filter(pk__in=line_ids, cod_vnd__gt=0)
    listed = lines.exclude(verdict__in=[Verdict.UNKNOWN, Verdict.DUPLICATE])
    stated = dict(listed.values_list("package_id", "cod_vnd"))
    moved, unheard = set_cod_stated(list(stated), about["now"])
    if unheard:  # the statement is the first to say that the cash was taken
        run(sql.COLLECTED_NOW, {"packages": unheard, **about})
    rows = Package.objects.filter(pk__in=moved).values_list("fulfilment__order_id", "pk")
    data = {
        order_id: {
            "package_id": package_id,
            "statement": statement.number,
            "amount_vnd": stated[package_id],
        }
        for order_id, package_id in rows
    }
    cod_stated(data, actor=actor, data=data)


def _settle_missing(statement: CarrierStatement, packages: list[int], actor: Actor) -> None:
    """What an earlier statement lacked has come in this one."""
    lines = StatementLine.objects.filter(package__in=packages, verdict=Verdict.MISSING)
    lines.exclude(step=Step.DONE).update(
        step=Step.DONE, reason=statement.number, step_at=now(), step_by=actor.label
    )


@transaction.atomic
def close_file(statement_id: int, *, actor: Actor) -> None:
    """After the last line of a file: name the parcels that should be in it, and tell of it."""
    statement = CarrierStatement.objects.select_for_update(no_key=True).get(pk=statement_id)
    _start, end = day_bounds(statement.until)
    run(
        sql.MISSING,
        {"statement": statement.pk, "account": statement.account_id, "before": end},
    )
    record_event("statement.read", statement, actor=actor, data={"lines": statement.line_count})
    tell_differences(statement.pk, actor=actor)
