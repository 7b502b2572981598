"""Returns and refunds: read by polls and pushes, kept with their order, answered once.

An answer is written down before it is sent. What became of one whose reply was lost is looked up at
the marketplace: it is never sent again by itself. One that was just sent may still be at work
there: it is judged lost only after `JUDGED_AFTER`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from channels_sync.models import ANSWERS_ON_THEIR_WAY, ReturnRequest, Shop, SyncCursor, SyncProblem
from channels_sync.ports import (
    Access,
    BuyerReturn,
    Dispute,
    DisputeReason,
    ReturnPage,
    TakesReturns,
    UnreadableReturn,
    marketplace,
    taker_of_returns,
)
from channels_sync.services.access import ask
from channels_sync.services.keeping_returns import keep_return
from channels_sync.services.problems import report_problem
from channels_sync.services.reading import windows
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError, ServiceRefused, ServiceUnreachable
from oms.kernel.events import record_event
from oms.kernel.locks import redis_lock

T = TypeVar("T")
RETURNS = "returns"
FIRST_LOOK_BACK = timedelta(days=30)
OVERLAP = timedelta(minutes=10)
LOCK_SECONDS = 600
# Longer than the upload of all evidence and the call after it may take, with their waits.
JUDGED_AFTER = timedelta(minutes=10)
Answer = ReturnRequest.Answer


def pull_returns(shop_id: int) -> int:
    """Read every return that changed since the cursor; returns how many were read.

    A marketplace that tells of none is asked nothing. Raises LockBusy while another worker reads.
    """
    taker = _taker(shop_id)
    if taker is None:
        return 0
    with redis_lock(f"channel-returns:{shop_id}", LOCK_SECONDS):
        end = now()
        cursor, _created = SyncCursor.objects.get_or_create(
            shop_id=shop_id, kind=RETURNS, defaults={"position": end - FIRST_LOOK_BACK}
        )
        longest = timedelta(days=taker.longest_return_window_days)
        read = 0
        for since, to in windows(cursor.position - OVERLAP, end, longest):
            following: str | None = ""
            while following is not None:
                page = _page(shop_id, since, to, following)
                for remote_id in page.remote_ids:
                    import_return(shop_id, remote_id)
                read += len(page.remote_ids)
                following = page.next_cursor
            SyncCursor.objects.filter(pk=cursor.pk, position__lt=to).update(position=to)
        look_up_answers(shop_id)
        return read


def _page(shop_id: int, since: datetime, to: datetime, cursor: str) -> ReturnPage:
    return ask_taker(
        shop_id,
        lambda taker, access: taker.list_returns(access, since=since, until=to, cursor=cursor),
    )


def import_return(shop_id: int, remote_id: str) -> ReturnRequest | None:
    """Read one return and bring ours up to date; what cannot be read becomes a problem."""
    try:
        told = ask_taker(shop_id, lambda taker, access: taker.fetch_return(access, remote_id))
    except ServiceRefused as refusal:
        if Shop.objects.filter(pk=shop_id).exclude(status=Shop.Status.CONNECTED).exists():
            raise
        told = UnreadableReturn(remote_id, refusal.message)
    if isinstance(told, UnreadableReturn):
        report_problem(shop_id, SyncProblem.Kind.BAD_RETURN, remote_id, told.reason)
        return None
    return keep_return(shop_id, told)


def look_up_answers(shop_id: int) -> None:
    """Returns with an answer whose reply was lost are read again: it is there, or it is not."""
    rows = ReturnRequest.objects.filter(shop=shop_id, answer__in=list(ANSWERS_ON_THEIR_WAY))
    old = rows.filter(Q(sent_at=None) | Q(sent_at__lt=now() - JUDGED_AFTER))
    for pk in old.order_by("pk").values_list("pk", flat=True):
        _settle(pk)


def accept_return(request_id: int, *, actor: Actor) -> ReturnRequest:
    """Agree to what the buyer asks for now. Raises DomainError when it is too late."""
    row = begin_answer(request_id, Answer.ACCEPTING)
    return send_answer(
        row,
        lambda taker, access, wish: taker.accept_return(access, wish),
        done=Answer.ACCEPTED,
        actor=actor,
        event="channel.return_accepted",
    )


def dispute_return(request_id: int, dispute: Dispute, *, actor: Actor) -> ReturnRequest:
    """Object, with evidence. Raises DomainError when it is too late or pictures are missing."""
    row = begin_answer(request_id, Answer.DISPUTING)
    return send_answer(
        row,
        lambda taker, access, wish: taker.dispute_return(access, wish, dispute),
        done=Answer.DISPUTED,
        actor=actor,
        event="channel.return_disputed",
    )


def dispute_reasons(request_id: int) -> list[DisputeReason]:
    """Why the marketplace lets us object to this return."""
    row = ReturnRequest.objects.get(pk=request_id)

    def question(taker: TakesReturns, access: Access) -> list[DisputeReason]:
        return list(taker.dispute_reasons(access, wish_of(taker, access, row)))

    return ask_taker(row.shop_id, question)


def begin_answer(request_id: int, answer: ReturnRequest.Answer) -> ReturnRequest:
    """Write the wish down; a second one waits until the first is known to be done or not."""
    with transaction.atomic():
        row = ReturnRequest.objects.select_for_update().get(pk=request_id)
        if row.answer in ANSWERS_ON_THEIR_WAY:
            raise DomainError(
                _("Đang chờ sàn xác nhận câu trả lời trước; sẽ tự tra lại."), code="in_flight"
            )
        if not getattr(row, ANSWERS_ON_THEIR_WAY[answer]):
            raise DomainError(
                _("Sàn không còn nhận câu trả lời này ở trạng thái %(status)s.")
                % {"status": row.remote_status},
                code="too_late",
            )
        row.answer, row.sent_at, row.last_error = answer, now(), ""
        row.save(update_fields=["answer", "sent_at", "last_error"])
        return row


def send_answer(
    row: ReturnRequest,
    say: Callable[[TakesReturns, Access, BuyerReturn], None],
    *,
    done: ReturnRequest.Answer,
    actor: Actor,
    event: str,
    data: Mapping[str, object] | None = None,
) -> ReturnRequest:
    """Say it, once; what became of one without a reply is looked up. Raises what was said."""

    def question(taker: TakesReturns, access: Access) -> None:
        say(taker, access, wish_of(taker, access, row))

    try:
        ask_taker(row.shop_id, question)
    except ServiceRefused as refusal:
        _take_back(row, refusal.message)
        raise
    except ServiceUnreachable as trouble:
        if not trouble.maybe_done:
            _take_back(row, trouble.message)
        else:
            _settle(row.pk)
        raise
    with transaction.atomic():
        ReturnRequest.objects.filter(pk=row.pk).update(answer=done, answered_at=now())
        about = ("order", row.order_id) if row.order_id else None
        record_event(
            event, row, actor=actor, data={"code": row.remote_id, **(data or {})}, about=about
        )
    import_return(row.shop_id, row.remote_id)
    return ReturnRequest.objects.get(pk=row.pk)


def _take_back(row: ReturnRequest, reason: str) -> None:
    """This very answer did not arrive; one that was given since stays."""
    ReturnRequest.objects.filter(pk=row.pk, answer=row.answer, sent_at=row.sent_at).update(
        answer=Answer.NONE, last_error=reason
    )


def _settle(request_id: int) -> None:
    """What became of an answer: the marketplace moved on, or still waits for it.

    That it moved on is believed at once; that it waits, only when the answer is old enough.
    """
    row = ReturnRequest.objects.get(pk=request_id)
    if row.answer not in ANSWERS_ON_THEIR_WAY:
        return
    asked_at = now()
    try:
        told = ask_taker(
            row.shop_id, lambda taker, access: taker.fetch_return(access, row.remote_id)
        )
    except (ServiceRefused, ServiceUnreachable):
        return
    if isinstance(told, UnreadableReturn):
        return
    keep_return(row.shop_id, told)
    if row.sent_at is not None and asked_at - row.sent_at < JUDGED_AFTER:
        return
    # Still on its way: the marketplace waits as before.
    _take_back(row, _("Sàn chưa nhận câu trả lời; hãy gửi lại."))


def wish_of(taker: TakesReturns, access: Access, row: ReturnRequest) -> BuyerReturn:
    """The return as it is there at this moment."""
    told = taker.fetch_return(access, row.remote_id)
    if isinstance(told, UnreadableReturn):
        raise ServiceRefused(told.reason, code="unreadable")
    return told


def _taker(shop_id: int) -> TakesReturns | None:
    code = Shop.objects.values_list("marketplace", flat=True).get(pk=shop_id)
    return taker_of_returns(marketplace(code))


def ask_taker(shop_id: int, question: Callable[[TakesReturns, Access], T]) -> T:
    taker = _taker(shop_id)
    if taker is None:
        raise ServiceRefused(_("Sàn này không cho đọc yêu cầu trả hàng"), code="no_returns")
    return ask(shop_id, lambda _adapter, access: question(taker, access))
