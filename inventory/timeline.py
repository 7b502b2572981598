"""What happened to a product, in words: title, who, when, and each value before and after."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.kernel.events import timeline_of
from oms.kernel.money import format_vnd

SHOWN = 50
VALUE_LENGTH = 120
COST = {"cost_vnd"}
TITLES: dict[str, Any] = {
    "product.created": gettext_lazy("Tạo sản phẩm"),
    "product.updated": gettext_lazy("Sửa sản phẩm"),
    "product.archived": gettext_lazy("Đưa vào lưu trữ"),
    "product.restored": gettext_lazy("Bán lại"),
    "product.option_added": gettext_lazy("Thêm thuộc tính"),
    "product.option_removed": gettext_lazy("Bỏ giá trị thuộc tính"),
    "product.image_added": gettext_lazy("Thêm ảnh"),
    "product.image_moved": gettext_lazy("Đổi thứ tự ảnh"),
    "product.image_removed": gettext_lazy("Xóa ảnh"),
    "product.bundle_changed": gettext_lazy("Sửa thành phần combo"),
    "product.units_changed": gettext_lazy("Sửa đơn vị tính"),
    "product.bulk_edited": gettext_lazy("Sửa hàng loạt"),
    "product.tracking": gettext_lazy("Đổi cách theo dõi lô"),
    "product.bulk_undone": gettext_lazy("Trả lại sau sửa hàng loạt"),
    "variant.updated": gettext_lazy("Sửa phiên bản"),
}
FIELDS: dict[str, Any] = {
    "name": gettext_lazy("Tên sản phẩm"),
    "brand": gettext_lazy("Thương hiệu"),
    "category": gettext_lazy("Danh mục"),
    "vat_rate": gettext_lazy("Thuế suất VAT"),
    "tracking": gettext_lazy("Theo dõi lô"),
    "description": gettext_lazy("Mô tả"),
    "video_url": gettext_lazy("Video"),
    "specifications": gettext_lazy("Thông số"),
    "status": gettext_lazy("Trạng thái"),
    "position": gettext_lazy("Thứ tự"),
    "sku": gettext_lazy("Mã SKU"),
    "barcodes": gettext_lazy("Mã vạch"),
    "price_vnd": gettext_lazy("Giá bán"),
    "cost_vnd": gettext_lazy("Giá vốn"),
    "weight_g": gettext_lazy("Khối lượng (g)"),
    "length_cm": gettext_lazy("Dài (cm)"),
    "width_cm": gettext_lazy("Rộng (cm)"),
    "height_cm": gettext_lazy("Cao (cm)"),
    "allow_backorder": gettext_lazy("Cho phép đặt khi hết hàng"),
    "is_active": gettext_lazy("Đang bán"),
    "components": gettext_lazy("Thành phần"),
    "units": gettext_lazy("Đơn vị tính"),
}


@dataclass(frozen=True, slots=True)
class Moved:
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    title: str
    detail: str
    actor: str
    at: datetime
    changes: Sequence[Moved]


def product_timeline(product_id: int, *, may_see_cost: bool) -> list[Entry]:
    """The newest events of a product and its variants; costs only for those who may see them."""
    return [
        Entry(
            title=str(TITLES.get(event.name) or event.name),
            detail=_detail(event.data),
            actor=event.actor_label or _("Hệ thống"),
            at=event.created_at,
            changes=_changes(event.data.get("changes") or {}, may_see_cost),
        )
        for event in timeline_of("product", product_id)[:SHOWN]
    ]


def _detail(data: dict[str, Any]) -> str:
    parts = [str(data[key]) for key in ("sku", "code", "option", "value") if data.get(key)]
    return " · ".join(parts)


def _changes(changes: dict[str, list[Any]], may_see_cost: bool) -> list[Moved]:
    return [
        Moved(str(FIELDS.get(name) or name), _shown(name, before), _shown(name, after))
        for name, (before, after) in changes.items()
        if may_see_cost or name not in COST
    ]


def _shown(name: str, value: Any) -> str:
    if name.endswith("_vnd") and isinstance(value, int):
        return format_vnd(value)
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    if name == "status":
        return {"active": _("Đang bán"), "archived": _("Lưu trữ")}.get(value, str(value))
    text = "–" if value in (None, "") else str(value)
    return text if len(text) <= VALUE_LENGTH else text[: VALUE_LENGTH - 1] + "…"
