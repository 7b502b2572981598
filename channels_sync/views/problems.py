"""What is done about a shop's problem: one button for each kind."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from channels_sync.models import MoneyWord, SyncProblem
from channels_sync.queue import hurry
from channels_sync.selectors.shops import shops_visible_to
from channels_sync.services.problems import resolve_problems
from channels_sync.services.product_push import mark_products
from channels_sync.services.reconciling import import_missing
from channels_sync.services.returns import import_return
from channels_sync.services.stock_push import mark_listings
from oms.kernel.errors import DomainError, ServiceUnreachable

K = SyncProblem.Kind
Do = Callable[[SyncProblem], None]


@require_POST
@permission_required("channels_sync.sync_shop", raise_exception=True)
def problem_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Try the thing again; what is still wrong afterwards says why."""
    problem = get_object_or_404(
        SyncProblem.objects.filter(shop__in=shops_visible_to(request.user)), pk=pk
    )
    kind = K(problem.kind)
    if kind is K.UNKNOWN_MONEY and (page := _word_page(request, problem)):
        return page
    if kind is K.OFFER_REFUSED:
        return redirect("channels_sync:offer", problem.shop_id, int(problem.remote_id))
    _label, do, success = STEPS[kind]
    try:
        do(problem)
    except (DomainError, ServiceUnreachable) as trouble:
        messages.error(request, trouble.message)
        return redirect("channels_sync:shop_detail", problem.shop_id)
    problem.refresh_from_db()
    if kind in READ_AT_ONCE and problem.resolved_at is None:
        messages.error(request, problem.message)
    else:
        messages.success(request, str(success))
    return redirect("channels_sync:shop_detail", problem.shop_id)


def _word_page(request: HttpRequest, problem: SyncProblem) -> HttpResponse | None:
    """Where it is said what the money is; None when it must be read first."""
    if not request.user.has_perm("channels_sync.view_settlement"):
        raise PermissionDenied
    word = MoneyWord.objects.filter(
        marketplace=problem.shop.marketplace, word=problem.remote_id
    ).first()
    return redirect("channels_sync:money_word", word.pk) if word else None


def _order(problem: SyncProblem) -> None:
    import_missing(problem.shop_id, [problem.remote_id])


def _return(problem: SyncProblem) -> None:
    import_return(problem.shop_id, problem.remote_id)


def _money(problem: SyncProblem) -> None:
    hurry("pull_shop_fees", problem.shop_id)


def _texts(problem: SyncProblem) -> None:
    pushes = problem.shop.product_pushes.filter(remote_item_id=problem.remote_id)
    mark_products(pushes.values_list("product_id", flat=True), shop_ids=[problem.shop_id])


def _prices(problem: SyncProblem) -> None:
    hurry("push_prices", problem.shop_id)


def _stock(problem: SyncProblem) -> None:
    item, _colon, model = problem.remote_id.partition(":")
    rows = problem.shop.listings.filter(remote_item_id=item, remote_model_id=model)
    mark_listings(list(rows.values_list("pk", flat=True)))


def _seen(problem: SyncProblem) -> None:
    """Somebody looked at it; another one of the same kind opens it anew."""
    resolve_problems(problem.shop_id, [problem.remote_id], [K(problem.kind)])


def _nothing(problem: SyncProblem) -> None:
    """The page of the offer is opened instead."""


_READ_ORDER = (gettext_lazy("Đọc lại đơn"), _order, gettext_lazy("Đã đọc lại đơn."))
_READ_RETURN = (gettext_lazy("Đọc lại"), _return, gettext_lazy("Đã đọc lại yêu cầu trả hàng."))
_READ_MONEY = (
    gettext_lazy("Đọc lại quyết toán"), _money, gettext_lazy("Quyết toán đang được đọc lại."),
)  # fmt: skip
_CLASSIFY_MONEY = (gettext_lazy("Phân loại khoản này"), _money, _READ_MONEY[2])
_SEND_STOCK = (
    gettext_lazy("Gửi lại số tồn"), _stock, gettext_lazy("Số tồn đang được gửi lại."),
)  # fmt: skip
READ_AT_ONCE = {K.BAD_ORDER, K.UNKNOWN_STATUS, K.MISSING_ORDER, K.BAD_RETURN, K.UNKNOWN_RETURN}
# The button of each kind, what it does, and what is said then.
STEPS: Mapping[SyncProblem.Kind, tuple[str | Promise, Do, str | Promise]] = {
    K.BAD_ORDER: _READ_ORDER,
    K.UNKNOWN_STATUS: _READ_ORDER,
    K.MISSING_ORDER: _READ_ORDER,
    K.BAD_RETURN: _READ_RETURN,
    K.UNKNOWN_RETURN: _READ_RETURN,
    K.PAYOUT_DIFFERS: _READ_MONEY,
    K.STATEMENT_DIFFERS: _READ_MONEY,
    K.UNKNOWN_MONEY: _CLASSIFY_MONEY,
    K.STOCK_REFUSED: _SEND_STOCK,
    K.STOCK_DRIFT: _SEND_STOCK,
    K.PRICE_REFUSED: (
        gettext_lazy("Gửi lại giá"), _prices, gettext_lazy("Giá đang được gửi lại."),
    ),
    K.TEXT_REFUSED: (
        gettext_lazy("Gửi lại nội dung"), _texts, gettext_lazy("Nội dung đang được gửi lại."),
    ),
    K.OFFER_REFUSED: (gettext_lazy("Sửa và đăng lại"), _nothing, ""),
    K.UNKNOWN_EVENT: (gettext_lazy("Đã xem"), _seen, gettext_lazy("Đã ghi là đã xem.")),
}  # fmt: skip


def step_of(problem: SyncProblem) -> str | Promise:
    """The words on the button."""
    return STEPS[K(problem.kind)][0]
