"""Reads of packages: what a user may see, the lists and their tabs."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from oms.kernel.pages import Page, keyset_page
from orders.models import Order
from shipping.models import BookingState, CodStatus, Manifest, Package, PackageStatus

S, B = PackageStatus, BookingState
COUNT_CAP = 1000


@dataclass(frozen=True)
class Tab:
    key: str
    label: Any
    condition: Q


ACTIVE = ~Q(booking_state=B.VOID)
OURS = Q(status__in=[S.RELEASED, S.PICKING, S.PICKED, S.PACKED])
TABS = [
    Tab("all", _("Tất cả"), Q()),
    Tab("booking", _("Chờ mã vận đơn"), Q(booking_state__in=[B.NONE, B.QUEUED, B.UNKNOWN])),
    Tab("refused", _("Hãng từ chối"), Q(booking_state=B.REFUSED)),
    Tab("to_print", _("Chờ in"), OURS & Q(booking_state=B.BOOKED, label_printed_count=0)),
    Tab(
        "to_hand_over",
        _("Chờ lấy hàng"),
        OURS & Q(booking_state=B.BOOKED, label_printed_count__gt=0),
    ),
    Tab(
        "moving",
        _("Đang giao"),
        Q(status__in=[S.HANDED_OVER, S.IN_TRANSIT, S.OUT_FOR_DELIVERY]),
    ),
    Tab("failed", _("Giao thất bại"), Q(status__in=[S.DELIVERY_FAILED, S.LOST, S.DAMAGED])),
    Tab("delivered", _("Đã giao"), Q(status=S.DELIVERED)),
    Tab("returning", _("Hoàn / Trả"), Q(status__in=[S.RETURN_PENDING, S.RETURNING, S.RETURNED])),
    Tab("void", _("Đã hủy"), Q(booking_state=B.VOID)),
]
TAB_BY_KEY = {tab.key: tab for tab in TABS}

COD_TABS = [
    Tab(
        "collected",
        _("Hãng đang giữ"),
        Q(cod_status__in=[CodStatus.COLLECTED, CodStatus.IN_STATEMENT]),
    ),
    Tab("to_collect", _("Chưa thu"), Q(cod_status=CodStatus.TO_COLLECT)),
    Tab("mismatch", _("Lệch"), Q(cod_status=CodStatus.MISMATCH)),
    Tab("remitted", _("Đã nhận tiền"), Q(cod_status=CodStatus.REMITTED)),
    Tab("written_off", _("Đã đóng thiếu"), Q(cod_status=CodStatus.WRITTEN_OFF)),
]
COD_TAB_BY_KEY = {tab.key: tab for tab in COD_TABS}


def packages_of(orders: Sequence[Order]) -> dict[int, list[Package]]:
    """All packages by order, the newest first; asked for once while these objects are looked at."""
    new = [order for order in orders if not hasattr(order, "all_packages")]
    found: dict[int, list[Package]] = defaultdict(list)
    if new:
        rows = Package.objects.filter(fulfilment__order__in=[order.pk for order in new])
        for package in rows.select_related("fulfilment", "account", "box").order_by("-id"):
            found[package.fulfilment.order_id].append(package)
    for order in new:
        order.all_packages = found[order.pk]  # type: ignore[attr-defined]
    return {order.pk: order.all_packages for order in orders}  # type: ignore[attr-defined]


def packages_visible_to(user: Any) -> QuerySet[Package]:
    """The base of every list and look-up: the same limits as for the orders behind them."""
    packages = Package.objects.all()
    warehouses, shops = user.warehouse_scope(), user.shop_scope()
    if warehouses is not None:
        packages = packages.filter(fulfilment__warehouse_id__in=warehouses)
    if shops is not None:
        own = Q(fulfilment__order__shop_ref__in=shops) | Q(fulfilment__order__shop_ref=None)
        packages = packages.filter(own)
    return packages


def printable_by(user: Any) -> QuerySet[Package]:
    """Whose labels this user may print: boxes that were checked, or any by permission (A-60)."""
    packages = packages_visible_to(user)
    if user.has_perm("shipping.print_unverified"):
        return packages
    return packages.filter(verified_at__isnull=False)


def left_behind(user: Any, manifest: Manifest) -> list[str]:
    """Numbers of parcels of a record's carrier and warehouse that were ready and stayed."""
    rows = packages_visible_to(user).filter(
        OURS,
        Q(status=S.PACKED) | Q(label_printed_count__gt=0),
        booking_state=B.BOOKED,
        carrier_code=manifest.carrier_code,
        fulfilment__warehouse=manifest.warehouse_id,
    )
    return list(rows.order_by("id").values_list("tracking_number", flat=True)[:COUNT_CAP])


def package_page(
    user: Any, *, tab: str = "all", search: str = "", after: str = "", before: str = ""
) -> Page[Package]:
    """Newest first, one query with its order, whatever the number of rows."""
    chosen = TAB_BY_KEY.get(tab, TABS[0])
    packages = packages_visible_to(user).filter(chosen.condition)
    if chosen.key not in ("all", "void"):
        packages = packages.filter(ACTIVE)
    if search:
        packages = packages.filter(_matches(search))
    rows = packages.select_related("fulfilment__order", "account")
    return keyset_page(rows, keys=("-id",), after=after, before=before)


def _matches(search: str) -> Q:
    """Codes as printed: tracking number, package code, order number."""
    text = search.strip()
    return (
        Q(tracking_number__iexact=text)
        | Q(reference__iexact=text)
        | Q(fulfilment__order__number__iexact=text)
    )


def tab_counts(user: Any) -> dict[str, int]:
    """How many packages stand in the tabs where work waits; one query."""
    working = ("booking", "refused", "to_print", "to_hand_over", "failed")
    counts = {key: Count("pk", filter=TAB_BY_KEY[key].condition & ACTIVE) for key in working}
    open_ones = packages_visible_to(user).filter(
        ACTIVE, OURS | Q(status__in=[S.DELIVERY_FAILED, S.LOST, S.DAMAGED])
    )
    return open_ones.aggregate(**counts)


def cod_page(
    user: Any, *, tab: str = "collected", narrow: Q | None = None, after: str = "", before: str = ""
) -> Page[Package]:
    chosen = COD_TAB_BY_KEY.get(tab, COD_TABS[0])
    packages = packages_visible_to(user).filter(ACTIVE, chosen.condition, narrow or Q())
    rows = packages.select_related("fulfilment__order", "account")
    return keyset_page(rows, keys=("-id",), after=after, before=before)


def cod_totals(user: Any) -> dict[str, dict[str, int]]:
    """Packages and VND per COD tab, one query: what is missing, or what has come when all has."""
    packages = packages_visible_to(user).filter(ACTIVE, cod_vnd__gt=0)
    missing = F("cod_vnd") - Coalesce(F("cod_received_vnd"), 0)
    asked: dict[str, Any] = {}
    for tab in COD_TABS:
        amount = F("cod_received_vnd") if tab.key == "remitted" else missing
        asked[f"{tab.key}_count"] = Count("pk", filter=tab.condition)
        asked[f"{tab.key}_vnd"] = Sum(amount, filter=tab.condition)
    found = packages.aggregate(**asked)
    return {
        tab.key: {"count": found[f"{tab.key}_count"], "vnd": found[f"{tab.key}_vnd"] or 0}
        for tab in COD_TABS
    }
