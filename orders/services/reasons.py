"""Keeping the lists of reasons, what channels call them, and the hours within which to act."""

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from oms.kernel.errors import DomainError
from oms.kernel.text import clean_line, fold
from orders.models import Order, OrderProblem, ProblemRule, Reason, ReasonMapping


def save_reason(
    name: str,
    *,
    kind: str,
    reason_id: int | None = None,
    is_active: bool = True,
    remote: Mapping[str, str] | None = None,
) -> Reason:
    """Make or change a reason; `remote` is {channel: its code}, an empty code maps nothing.

    Its code never changes: orders and mappings keep it. Raises DomainError for a name in use.
    """
    name = clean_line(name, 100, field="name")
    if not name or kind not in Reason.Kind.values:
        raise DomainError(_("Lý do cần có tên."), code="reason.name", field="name")
    try:
        return _save(name, kind, reason_id, is_active, remote or {})
    except IntegrityError as error:
        raise DomainError(_("Lý do này đã có."), code="reason.taken", field="name") from error


@transaction.atomic
def _save(
    name: str, kind: str, reason_id: int | None, is_active: bool, remote: Mapping[str, str]
) -> Reason:
    if reason_id is None:
        code = "-".join(fold(name).split())[:30]
        reason = Reason.objects.create(kind=kind, code=code, name=name)
    else:
        reason = Reason.objects.select_for_update().get(pk=reason_id)
        reason.name, reason.is_active = name, is_active
        reason.save(update_fields=["name", "is_active"])
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
