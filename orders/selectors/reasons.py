"""Reasons that may be chosen, and what a channel calls the one that was."""

from orders.models import Order, Reason, ReasonMapping
from orders.models.reasons import KEEP_DAYS


def reason_names(kind: str) -> list[str]:
    """The reasons in use, in the shop's order."""
    rows = Reason.objects.filter(kind=kind, is_active=True)
    return list(rows.values_list("name", flat=True))


def code_of_reason(kind: str, text: str) -> str:
    """The code of a reason that was chosen by its name; free words have none."""
    found = Reason.objects.filter(kind=kind, name__iexact=text.strip())
    return found.values_list("code", flat=True).first() or ""


def keep_days_of(text: str) -> int:
    """For how many days an order held for this reason keeps its goods; free words say nothing."""
    found = Reason.objects.filter(kind=Reason.Kind.HOLD, name__iexact=text.strip())
    days = found.values_list("keep_days", flat=True).first()
    return KEEP_DAYS if days is None else days


def remote_cancel_code(order_id: int, channel: str) -> str:
    """What this channel calls the reason for which the order was cancelled; empty if unknown."""
    code = Order.objects.filter(pk=order_id).values_list("cancel_code", flat=True).first()
    return channel_code(code or "", channel)


def channel_code(code: str, channel: str) -> str:
    """What this channel calls our code of a reason to cancel; empty if unknown."""
    if not code:
        return ""
    rows = ReasonMapping.objects.filter(
        reason__kind=Reason.Kind.CANCEL, reason__code=code, channel=channel
    )
    return rows.values_list("remote_code", flat=True).first() or ""
