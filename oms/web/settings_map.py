"""Every page where something is set up, once, in groups: the settings page and the palette."""

from typing import Any, NamedTuple

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Setting(NamedTuple):
    view: str
    label: str | Promise
    text: str | Promise
    icon: str
    permission: str


class SettingGroup(NamedTuple):
    label: str | Promise
    settings: tuple[Setting, ...]


GROUPS = (
    SettingGroup(
        _("Bán hàng"),
        (
            Setting(
                "channels_sync:shop_list",
                _("Gian hàng và kết nối sàn"),
                _("Kết nối Shopee, Lazada, TikTok Shop; kho bán, giờ đồng bộ, tồn dự phòng"),
                "store",
                "channels_sync.view_shop",
            ),
            Setting(
                "inventory:price_list_list",
                _("Bảng giá"),
                _("Giá theo nguồn đơn, nhóm khách, số lượng và thời gian"),
                "tags",
                "inventory.view_product",
            ),
            Setting(
                "orders:customer_groups",
                _("Nhóm khách hàng"),
                _("Số ngày nợ, hạn mức công nợ, đơn tối thiểu"),
                "users",
                "orders.change_customer",
            ),
            Setting(
                "orders:reason_list",
                _("Lý do và hạn xử lý"),
                _("Lý do hủy, lý do trả; việc nào vào Cần xử lý và trong bao lâu"),
                "list",
                "orders.change_reason",
            ),
            Setting(
                "orders:risk_rules",
                _("Quy tắc rủi ro bom hàng"),
                _("Khi nào xin cọc, gọi xác nhận hoặc tạm giữ đơn"),
                "shield-alert",
                "orders.change_reason",
            ),
            Setting(
                "orders:return_policy",
                _("Chính sách trả hàng"),
                _("Số ngày được trả, lời khách đọc, ảnh giữ bao lâu"),
                "undo-2",
                "orders.change_reason",
            ),
            Setting(
                "orders:tag_list",
                _("Thẻ đơn hàng"),
                _("Tên và màu của các thẻ"),
                "tag",
                "orders.change_tag",
            ),
        ),
    ),
    SettingGroup(
        _("Kho và giao hàng"),
        (
            Setting(
                "inventory:warehouse_list",
                _("Kho và vị trí"),
                _("Địa chỉ lấy hàng, vị trí kệ, sức chứa"),
                "warehouse",
                "inventory.view_stock",
            ),
            Setting(
                "inventory:box_list",
                _("Loại thùng"),
                _("Kích thước, khối lượng vỏ và giá của thùng đóng gói"),
                "package-open",
                "inventory.view_stock",
            ),
            Setting(
                "shipping:account_list",
                _("Tài khoản hãng vận chuyển"),
                _("Kết nối GHN, Viettel Post, GHTK; điểm lấy hàng và giới hạn"),
                "truck",
                "shipping.change_account",
            ),
            Setting(
                "shipping:routing",
                _("Quy tắc điều phối"),
                _("Kho và hãng nào cho đơn nào; thử trên đơn tháng qua"),
                "route",
                "shipping.change_routing",
            ),
            Setting(
                "shipping:status_map",
                _("Mã trạng thái của hãng"),
                _("Mỗi mã của hãng là trạng thái nào ở đây"),
                "arrow-left-right",
                "shipping.change_status_map",
            ),
            Setting(
                "shipping:printers",
                _("Máy in của máy tính này"),
                _("Khổ giấy, PDF hay ZPL, căn lề, thứ tự trang"),
                "printer",
                "shipping.print_label",
            ),
            Setting(
                "inventory:replenishment_buying",
                _("Lịch đặt hàng nhà cung cấp"),
                _("Ngày đặt, số ngày chờ và đơn tối thiểu của từng nhà cung cấp"),
                "calendar-days",
                "inventory.view_replenishment",
            ),
        ),
    ),
    SettingGroup(
        _("Tiền và hóa đơn"),
        (
            Setting(
                "invoicing:settings",
                _("Hóa đơn điện tử"),
                _("Thông tin công ty, tài khoản S-Invoice, mẫu số và ký hiệu"),
                "receipt-text",
                "invoicing.change_account",
            ),
            Setting(
                "channels_sync:fee_rate_list",
                _("Mức phí sàn"),
                _("Để ước tính lợi nhuận ngay khi đơn về"),
                "percent",
                "channels_sync.change_fee_rate",
            ),
            Setting(
                "orders:rate_list",
                _("Tỷ giá"),
                _("Đổi ngoại tệ của đơn sang đồng"),
                "banknote",
                "orders.change_rate",
            ),
        ),
    ),
    SettingGroup(
        _("Người và hệ thống"),
        (
            Setting(
                "web:users",
                _("Người dùng"),
                _("Tài khoản, phạm vi gian hàng và kho"),
                "user-cog",
                "accounts.change_user",
            ),
            Setting(
                "web:roles",
                _("Vai trò"),
                _("Ai được làm việc gì, ai phải bật mã xác thực"),
                "key-round",
                "accounts.change_role",
            ),
            Setting(
                "web:api_keys",
                _("Khóa API"),
                _("Cho website và phần mềm khác gửi đơn vào"),
                "plug",
                "accounts.change_api_key",
            ),
            Setting(
                "rehearsal:page",
                _("Diễn tập ngày sale"),
                _("Cho sàn thử bán dồn dập và xem mọi thứ có còn khớp"),
                "flask-conical",
                "rehearsal.run_rehearsal",
            ),
        ),
    ),
)


def settings_for(user: Any) -> list[SettingGroup]:
    """The groups with what this user may open; the rehearsal only where there is a sandbox."""
    found = (
        SettingGroup(group.label, tuple(row for row in group.settings if _may_open(user, row)))
        for group in GROUPS
    )
    return [group for group in found if group.settings]


def _may_open(user: Any, row: Setting) -> bool:
    if row.view == "rehearsal:page" and not settings.SANDBOX:
        return False
    return bool(user.has_perm(row.permission))
