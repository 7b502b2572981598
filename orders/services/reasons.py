"""Keeping the lists of reasons, what channels call them, and the hours within which to act."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from oms.kernel.errors import DomainError
from oms.kernel.text import clean_line, fold
from orders.models import Order, OrderProblem, ProblemRule, Reason, ReasonMapping
from orders.models.reasons import MOST_KEEP_DAYS


def save_reason(
    name: str,
    *,
    kind: str,
    reason_id: int | None = None,
    is_active: bool = True,
    keep_days: int = 0,
    remote: Mapping[str, str] | None = None,
) -> Reason:
    """Make or change a reason; `remote` is {channel: its code}, an empty code maps nothing.

    `keep_days` is for how long an order held for it keeps its goods; orders that are held already
    keep theirs as they were told. Its code never changes: orders and mappings keep it. Raises
    DomainError for a name in use.
    """
    name = clean_line(name, 100, field="name")
    if not name or kind not in Reason.Kind.values:
        raise DomainError(_("Lý do cần có tên."), code="reason.name", field="name")
    keep_days = keep_days if kind == Reason.Kind.HOLD else 0
    if not 0 <= keep_days <= MOST_KEEP_DAYS:
        raise DomainError(
            _("Giữ hàng từ 0 đến %(most)d ngày.") % {"most": MOST_KEEP_DAYS},
            code="reason.days",
            field="keep_days",
        )
    wanted = {"name": name, "is_active": is_active, "keep_days": keep_days}
    try:
        return _save(kind, reason_id, wanted, remote or {})
    except IntegrityError as error:
        raise DomainError(_("Lý do này đã có."), code="reason.taken", field="name") from error


@transaction.atomic
def _save(
    kind: str, reason_id: int | None, wanted: Mapping[str, Any], remote: Mapping[str, str]
) -> Reason:
    if reason_id is None:
        code = "-".join(fold(wanted["name"]).split())[:30]
        reason = Reason.objects.create(kind=kind, code=code, **{**wanted, "is_active": True})
    else:
        reason = Reason.objects.select_for_update().get(pk=reason_id)
        for column, value in wanted.items():
            setattr(reason, column, value)
        reason.save(update_fields=list(wanted))
    for channel, code in remote.items():
        text = clean_line(code, 60, field="name")
        if text:
            ReasonMapping.objects.update_or_create(
                reason=reason, channel=channel, defaults={"remote_code": text}
            )
        else:
            ReasonMapping.objects.filter(reason=reason, channel=channel).delete()
    return reason


def save_rule(kind: str, channel: str, hours: int) -> None:
    """Say within how many hours a kind of problem is dealt with; none removes the rule."""
    if kind not in OrderProblem.Kind.values or channel not in {"", *Order.Source.values}:
        raise DomainError(_("Quy tắc không hợp lệ."), code="rule.kind", field="kind")
    if hours:
        ProblemRule.objects.update_or_create(kind=kind, channel=channel, defaults={"hours": hours})
    else:
        ProblemRule.objects.filter(kind=kind, channel=channel).delete()
