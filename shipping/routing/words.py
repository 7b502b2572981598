"""Reasons in words, and a decision as it is kept with the fulfilment."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from oms.kernel.money import format_vnd
from shipping.routing.facts import Decision, Option, Reason

TEXTS = {
    "one_place": _("%(place)s có đủ cả đơn (trong %(count)s kho có đủ)."),
    "only_place": _("Chỉ %(place)s có đủ cả đơn."),
    "moved": _("Hàng được chuyển chỗ giữ về %(place)s."),
    "zone_local": _("Giao trong tỉnh."),
    "zone_region": _("Giao trong vùng."),
    "zone_far": _("Giao liên vùng."),
    "price": _("%(account)s, %(service)s: phí %(fee_vnd)s, %(days)s ngày."),
    "no_price": _("%(account)s, %(service)s: chưa biết phí, ước %(days)s ngày."),
    "late": _("Đã qua giờ lấy hàng cuối ngày (%(at)s): đi ngày mai."),
    "record": _("Ở %(ward)s, hãng đã giao được %(delivered)s trên %(sent)s kiện."),
    "cost": _("Tính cả ngày chờ và rủi ro theo “%(rule_set)s”: %(cost_vnd)s."),
    "rule_only": _("Quy tắc “%(rule)s”: chỉ dùng lựa chọn này."),
    "rule_never": _("Quy tắc “%(rule)s” đã loại bớt lựa chọn."),
    "rule_cheaper": _("Quy tắc “%(rule)s”: ưu tiên, trừ %(amount_vnd)s."),
    "rule_dearer": _("Quy tắc “%(rule)s”: hạn chế, cộng %(amount_vnd)s."),
    "too_big": _("%(account)s không nhận kiện cỡ này hoặc tiền thu hộ này."),
    "split": _("Không kho nào có đủ; hàng đang giữ ở %(places)s, mỗi kho gửi một kiện."),
    "may_not_split": _("Bộ quy tắc không cho tự tách đơn."),
    "closed": _("Kho đang giữ hàng của đơn đã đóng hoặc ngoài quyền của bạn; hãy đổi kho."),
    "no_stock": _("Không kho nào có đủ hàng cho đơn."),
    "nobody": _("Không tài khoản vận chuyển nào nhận được kiện này theo quy tắc."),
    "person": _("Người tạo vận đơn tự chọn."),
}


def words(reason: Reason) -> str:
    """The sentence in the reader's language."""
    values = {
        name: format_vnd(value) if name.endswith("_vnd") else value
        for name, value in reason.values.items()
    }
    return str(TEXTS[reason.code]) % values


def sentences(reasons: Iterable[Reason]) -> list[str]:
    return [words(reason) for reason in reasons]


def kept(decision: Decision) -> dict[str, Any]:
    """The decision as the fulfilment keeps it: choice, reasons, and the second with its price."""
    return {
        "chosen": _option(decision.chosen),
        "second": _option(decision.second),
        "reasons": [[reason.code, dict(reason.values)] for reason in decision.reasons],
    }


def kept_reasons(kept_route: Mapping[str, Any]) -> list[str]:
    """The sentences of a decision that was kept."""
    return [words(Reason(code, values)) for code, values in kept_route.get("reasons", [])]


def _option(option: Option | None) -> dict[str, Any] | None:
    if option is None:
        return None
    return {
        "place_id": option.place.id,
        "place": option.place.name,
        "account_id": option.way.account_id,
        "account": option.way.name,
        "service_code": option.price.service_code,
        "service": option.price.service_name,
        "fee_vnd": option.price.fee_vnd,
        "days": option.days,
        "cost_vnd": option.cost_vnd,
    }
