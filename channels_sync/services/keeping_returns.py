"""What a marketplace told about a return, kept as it was told and joined to our order."""

from dataclasses import asdict

from django.db import transaction
from django.utils.translation import gettext as _

from channels_sync.models import RemoteOrder, ReturnLine, ReturnRequest, SyncProblem
from channels_sync.ports import BuyerReturn, ReturnedLine, ReturnState
from channels_sync.services.joining_returns import join_return
from channels_sync.services.problems import report_problem, resolve_problems
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.events import record_event
from oms.kernel.locks import advisory_lock
from orders.models import OrderLine

KIND = SyncProblem.Kind


@transaction.atomic
def keep_return(shop_id: int, told: BuyerReturn) -> ReturnRequest:
    """Write it unless a newer word is kept; its order's history tells what changed.

    A poll and a push may carry the same return: under the lock the newer word stays.
    """
    advisory_lock(f"returns:{shop_id}:{told.remote_id}")
    row = ReturnRequest.objects.filter(shop=shop_id, remote_id=told.remote_id).first()
    if row is not None and row.version > told.version:
        return row
    before = row.state if row is not None else ""
    answer = _answered(row, told)
    row = row or ReturnRequest(shop_id=shop_id, remote_id=told.remote_id)
    order_id = _order_of(shop_id, told.remote_order_id)
    for name, value in _values(told).items():
        setattr(row, name, value)
    row.order_id, row.seen_at = order_id, now()
    if answer:
        row.answer, row.answered_at = answer, now()
    row.save()
    _keep_lines(row, told)
    _tell_unknown(row, told)
    if before != row.state:
        _record(row, before)
    join_return(row, actor=Actor.partner(row.shop.marketplace))
    return row


def _answered(row: ReturnRequest | None, told: BuyerReturn) -> str:
    """An answer on its way has arrived when the marketplace moved on."""
    if row is None:
        return ""
    if row.answer == ReturnRequest.Answer.PROVING:
        return "" if told.talk.may_prove else ReturnRequest.Answer.PROVED.value
    if row.state == told.state.value:
        return ""
    return {
        ReturnRequest.Answer.ACCEPTING: ReturnRequest.Answer.ACCEPTED.value,
        ReturnRequest.Answer.DISPUTING: ReturnRequest.Answer.DISPUTED.value,
        ReturnRequest.Answer.OFFERING: ReturnRequest.Answer.OFFERED.value,
        ReturnRequest.Answer.TAKING: ReturnRequest.Answer.ACCEPTED.value,
    }.get(ReturnRequest.Answer(row.answer), "")


def _values(told: BuyerReturn) -> dict[str, object]:
    return {
        "remote_order_id": told.remote_order_id,
        "remote_status": told.remote_status[:60],
        "state": told.state.value,
        "version": told.version,
        "asked_at": told.asked_at,
        "remote_updated_at": told.updated_at,
        "wants_goods_back": told.wants_goods_back,
        "goes_to_marketplace": told.goes_to_marketplace,
        "refund_vnd": told.refund_vnd,
        "reason": told.reason[:200],
        "buyer_text": told.buyer_text,
        "images": list(told.images),
        "answer_until": told.answer_until,
        "tracking_number": told.tracking_number[:80],
        "may_accept": told.may_accept,
        "may_dispute": told.may_dispute,
        "payload": told.payload,
        **asdict(told.talk),
    }


def _order_of(shop_id: int, remote_order_id: str) -> int | None:
    rows = RemoteOrder.objects.filter(shop=shop_id, remote_id=remote_order_id)
    return rows.values_list("order_id", flat=True).first()


def _keep_lines(row: ReturnRequest, told: BuyerReturn) -> None:
    bought = list(OrderLine.objects.filter(order=row.order_id or 0))
    ReturnLine.objects.bulk_create(
        [_line(row, line, bought) for line in told.lines],
        update_conflicts=True,
        unique_fields=["request", "remote_line_id"],
        update_fields=["order_line", "listing_ref", "sku", "name", "quantity", "refund_vnd"],
    )
    kept = [line.remote_line_id for line in told.lines]
    row.lines.exclude(remote_line_id__in=kept).delete()


def _line(row: ReturnRequest, line: ReturnedLine, bought: list[OrderLine]) -> ReturnLine:
    """Ours is the line of the same listing, or the only one of the same SKU."""
    found = [each for each in bought if line.listing_ref and each.listing_ref == line.listing_ref]
    found = found or [each for each in bought if line.sku and each.sku == line.sku]
    ours = found[0] if found else None
    return ReturnLine(
        request=row,
        remote_line_id=line.remote_line_id[:64],
        order_line=ours,
        listing_ref=line.listing_ref[:140],
        sku=line.sku[:120],
        name=(line.name or (ours.name if ours else ""))[:300],
        quantity=line.quantity,
        refund_vnd=line.refund_vnd,
    )


def _tell_unknown(row: ReturnRequest, told: BuyerReturn) -> None:
    good = [KIND.BAD_RETURN]
    if told.state is ReturnState.UNKNOWN:
        text = _("Trạng thái trả hàng “%(status)s” của sàn chưa được ánh xạ")
        message = text % {"status": told.remote_status}
        report_problem(row.shop_id, KIND.UNKNOWN_RETURN, row.remote_id, message)
    else:
        good.append(KIND.UNKNOWN_RETURN)
    resolve_problems(row.shop_id, [row.remote_id], good)


def _record(row: ReturnRequest, before: str) -> None:
    record_event(
        "channel.return_changed" if before else "channel.return_requested",
        row,
        actor=Actor.partner(row.shop.marketplace),
        data={"code": row.remote_id, "from": before, "to": row.state, "status": row.remote_status},
        about=("order", row.order_id) if row.order_id else None,
    )
