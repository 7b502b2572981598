"""What a role may do, and every permission in words that a shop owner understands."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oms.accounts.models import Role, User
from oms.accounts.roles import ROLES

Words = dict[str, str | Promise]

# Groups as pages of the house; the first permission of a group opens its page.
GROUPS: tuple[tuple[str | Promise, Words], ...] = (
    (
        _("Đơn hàng"),
        {
            "orders.view_order": _("Xem đơn hàng"),
            "orders.add_order": _("Tạo đơn"),
            "orders.confirm_order": _("Xác nhận đơn"),
            "orders.change_order": _("Sửa đơn đã tạo"),
            "orders.hold_order": _("Tạm giữ và bỏ tạm giữ"),
            "orders.cancel_order": _("Hủy đơn"),
            "orders.view_return": _("Xem phiếu trả hàng"),
            "orders.change_return": _("Lập và duyệt phiếu trả hàng"),
            "orders.credit_return": _("Chốt tiền của phiếu trả hàng"),
            "orders.add_note": _("Ghi chú nội bộ"),
            "orders.share_view": _("Chia sẻ bộ lọc đã lưu"),
            "orders.sell_at_counter": _("Bán tại quầy"),
            "orders.print_slip": _("In phiếu đóng gói"),
            "orders.hand_over_pickup": _("Giao hàng cho khách nhận tại cửa hàng"),
            "orders.change_reason": _("Sửa lý do và hạn xử lý"),
            "orders.export_order": _("Xuất đơn hàng ra Excel"),
            "orders.import_order": _("Nhập đơn hàng từ tệp"),
            "orders.fix_problem": _("Xử lý đơn có vấn đề"),
            "orders.mark_order": _("Gắn thẻ, giao người phụ trách, đổi độ ưu tiên"),
            "orders.change_tag": _("Tạo và sửa thẻ đơn hàng"),
        },
    ),
    (
        _("Báo giá, đơn định kỳ"),
        {
            "orders.view_quotation": _("Xem báo giá"),
            "orders.change_quotation": _("Lập, gửi báo giá và ghi câu trả lời"),
            "orders.convert_quotation": _("Tạo đơn từ báo giá"),
            "orders.view_recurring": _("Xem đơn định kỳ"),
            "orders.change_recurring": _("Lập, tạm dừng và kết thúc đơn định kỳ"),
        },
    ),
    (
        _("Khách hàng"),
        {
            "orders.view_customer": _("Xem khách hàng"),
            "orders.change_customer": _("Sửa khách, nhóm và mức rủi ro"),
            "orders.merge_customer": _("Gộp khách trùng"),
            "orders.change_terms": _("Đặt hạn mức công nợ và điều kiện bán sỉ"),
            "orders.exceed_terms": _("Bán vượt hạn mức hoặc dưới mức tối thiểu"),
            "orders.export_customer": _("Xuất danh sách khách"),
            "orders.erase_customer": _("Tải và xóa dữ liệu cá nhân của khách"),
        },
    ),
    (
        _("Giao hàng"),
        {
            "shipping.view_package": _("Xem vận đơn"),
            "shipping.create_shipment": _("Tạo vận đơn"),
            "shipping.cancel_shipment": _("Hủy vận đơn"),
            "shipping.change_shipment": _("Giao lại, chuyển hoàn, đổi người nhận khi đang giao"),
            "shipping.plan_picking": _("Lên đợt nhặt hàng"),
            "shipping.pick_goods": _("Nhặt hàng"),
            "shipping.pack_goods": _("Đóng gói"),
            "shipping.print_label": _("In nhãn"),
            "shipping.print_unverified": _("In nhãn khi chưa kiểm đủ hàng"),
            "shipping.hand_over": _("Bàn giao cho hãng vận chuyển"),
            "shipping.receive_return": _("Nhận hàng trả ở trạm quét"),
            "shipping.serve_warehouse": _("Kho bên thứ ba nhận và báo việc qua API"),
            "shipping.reconcile_cod": _("Đối soát COD"),
            "shipping.change_cod": _("Sửa tiền COD"),
            "shipping.write_off_cod": _("Đóng chênh lệch COD"),
            "shipping.claim_loss": _("Khiếu nại hãng vận chuyển"),
            "shipping.change_account": _("Cài đặt tài khoản vận chuyển"),
            "shipping.change_routing": _("Sửa quy tắc điều phối kho và hãng"),
            "shipping.change_status_map": _("Sửa bảng mã trạng thái của hãng"),
        },
    ),
    (
        _("Sản phẩm"),
        {
            "inventory.view_product": _("Xem sản phẩm"),
            "inventory.change_product": _("Thêm và sửa sản phẩm"),
            "inventory.change_price": _("Sửa giá bán và bảng giá"),
            "inventory.import_goods": _("Gửi tệp Excel để nhập"),
            "inventory.export_goods": _("Xuất sản phẩm và tồn ra Excel"),
            "inventory.change_box": _("Sửa loại thùng"),
        },
    ),
    (
        _("Kho"),
        {
            "inventory.view_stock": _("Xem tồn kho"),
            "inventory.adjust_stock": _("Điều chỉnh tồn"),
            "inventory.move_stock": _("Chuyển kho"),
            "inventory.dispose_stock": _("Quyết định hàng chờ kiểm"),
            "inventory.change_bin": _("Sửa vị trí kho"),
            "inventory.print_bin_label": _("In nhãn vị trí kho"),
            "inventory.print_sticker": _("In tem hàng hóa"),
            "inventory.name_lot": _("Ghi lô và hạn dùng"),
            "inventory.choose_lot": _("Chọn lô khác cho đơn"),
            "inventory.count_stock": _("Kiểm kê"),
            "inventory.approve_count": _("Duyệt kiểm kê"),
            "inventory.approve_big_count": _("Duyệt kiểm kê vượt hạn mức"),
            "inventory.change_warehouse": _("Thêm và sửa kho"),
        },
    ),
    (
        _("Mua hàng"),
        {
            "inventory.view_purchase": _("Xem đơn nhập hàng"),
            "inventory.view_replenishment": _("Xem đề xuất đặt hàng"),
            "inventory.propose_purchase": _("Đề xuất mua hàng thiếu"),
            "inventory.change_purchase": _("Lập đơn nhập hàng"),
            "inventory.confirm_purchase": _("Xác nhận đơn nhập hàng"),
            "inventory.receive_goods": _("Nhận hàng"),
            "inventory.receive_unordered": _("Nhận hàng không có đơn nhập"),
            "inventory.accept_over_receipt": _("Nhận thừa so với đơn nhập"),
            "inventory.add_landed_cost": _("Ghi chi phí nhập hàng"),
            "inventory.change_supplier": _("Sửa nhà cung cấp"),
        },
    ),
    (
        _("Giá vốn và tiền"),
        {
            "inventory.view_cost": _("Xem giá vốn và lợi nhuận ở mọi nơi"),
            "inventory.choose_costing": _("Chọn phương pháp giá vốn"),
            "invoicing.view_invoice": _("Xem hóa đơn"),
            "invoicing.issue_invoice": _("Phát hành hóa đơn"),
            "invoicing.receive_payment": _("Ghi nhận thanh toán"),
            "invoicing.refund_payment": _("Hoàn tiền cho khách"),
            "orders.change_rate": _("Ghi tỷ giá ngoại tệ"),
            "invoicing.change_account": _("Cài đặt công ty và hóa đơn điện tử"),
            "web.view_books": _("Xem kiểm tra sổ sách"),
            "web.rebuild_books": _("Xây lại số liệu"),
        },
    ),
    (
        _("Kênh bán"),
        {
            "channels_sync.view_shop": _("Xem gian hàng"),
            "channels_sync.sync_shop": _("Đồng bộ gian hàng"),
            "channels_sync.connect_shop": _("Kết nối và ngắt gian hàng"),
            "channels_sync.link_listing": _("Liên kết sản phẩm sàn"),
            "channels_sync.offer_product": _("Đăng sản phẩm mới lên sàn"),
            "channels_sync.view_return": _("Xem yêu cầu trả hàng của sàn"),
            "channels_sync.answer_return": _("Trả lời yêu cầu trả hàng của sàn"),
            "channels_sync.view_settlement": _("Xem quyết toán sàn"),
            "channels_sync.change_settlement": _("Đối chiếu quyết toán sàn"),
            "channels_sync.change_fee_rate": _("Sửa mức phí sàn"),
        },
    ),
    (
        _("Hệ thống"),
        {
            "web.view_dashboard": _("Xem tổng quan"),
            "web.use_palette": _("Bảng lệnh (Ctrl K)"),
            "orders.view_bottlenecks": _("Xem báo cáo thời gian xử lý"),
            "web.view_alerts": _("Xem cảnh báo"),
            "web.view_settings": _("Mở trang cài đặt"),
            "web.view_health": _("Xem kết nối và tác vụ"),
            "web.retry_job": _("Chạy lại tác vụ lỗi"),
            "accounts.change_user": _("Quản lý người dùng"),
            "accounts.change_role": _("Quản lý vai trò"),
            "accounts.change_api_key": _("Cấp và thu hồi khóa API"),
            "web.view_audit": _("Xem nhật ký hệ thống"),
            "rehearsal.run_rehearsal": _("Diễn tập ngày sale với sàn thử"),
        },
    ),
)
OTHER = _("Khác")


@dataclass(frozen=True, slots=True)
class Tick:
    """One permission in the role editor."""

    code: str
    label: str
    is_on: bool
    may_grant: bool


def every_permission() -> frozenset[str]:
    """All there are: the owner's."""
    return ROLES[User.Role.OWNER]


def words() -> dict[str, str]:
    """Each permission in words; one without words shows its code."""
    named = {code: str(label) for _group, perms in GROUPS for code, label in perms.items()}
    return {code: named.get(code, code) for code in every_permission()}


def permissions_of_role(code: str) -> frozenset[str]:
    """Of a built-in role or one that was made; what the house no longer knows falls out."""
    if code in ROLES:
        return ROLES[code]
    made = Role.objects.filter(code=code).first()
    return frozenset(made.permissions) & every_permission() if made else frozenset()


def permissions_of(user: Any) -> frozenset[str]:
    """The user's; a role that was made is read once for each user object."""
    if user.role in ROLES:
        return ROLES[user.role]
    known = user.__dict__.get("_role_permissions")
    if known is None or known[0] != user.role:
        known = user._role_permissions = (user.role, permissions_of_role(user.role))
    return known[1]


def ticks(chosen: Iterable[str], granter: Any) -> list[tuple[str, list[Tick]]]:
    """Every permission by group: whether it is on, and whether this user may grant it."""
    chosen, own, labels = set(chosen), permissions_of(granter), words()
    rows: list[tuple[str, list[Tick]]] = []
    named: set[str] = set()
    for title, perms in GROUPS:
        codes = [code for code in perms if code in labels]
        named |= set(codes)
        rows.append((str(title), _ticks(codes, labels, chosen, own)))
    rest = sorted(labels.keys() - named)
    return [*rows, (str(OTHER), _ticks(rest, labels, chosen, own))] if rest else rows


def _ticks(
    codes: Iterable[str], labels: dict[str, str], chosen: set[str], own: frozenset[str]
) -> list[Tick]:
    return [Tick(code, labels[code], code in chosen, code in own) for code in codes]


def role_choices() -> list[tuple[str, str]]:
    """Built-in roles, then those that were made."""
    made = Role.objects.values_list("code", "name")
    return [(code, str(label)) for code, label in User.Role.choices] + list(made)
