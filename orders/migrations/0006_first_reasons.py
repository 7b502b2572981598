"""The reasons a shop begins with, what marketplaces call them, hours for the urgent kinds."""

from django.db import migrations

HOLD = (
    ("buyer_thinks", "Chờ khách xác nhận"),
    ("awaiting_transfer", "Chờ khách chuyển khoản"),
    ("risk", "Nghi bom hàng"),
    ("address", "Kiểm tra lại địa chỉ"),
    ("goods", "Chờ đủ hàng"),
)
KEEP_DAYS = 7
# Words of Shopee's order.cancel_order, which has two more for other countries, and of TikTok Shop.
# The connectors of Lazada and TikTok Shop find the id of such a reason.
CANCEL = (
    ("out_of_stock", "Hết hàng", "OUT_OF_STOCK", "OUT_OF_STOCK"),
    ("buyer_changed", "Khách đổi ý", "CUSTOMER_REQUEST", "CUSTOMER_REQUEST"),
    ("unreachable", "Không liên lạc được khách", "CUSTOMER_REQUEST", "CUSTOMER_REQUEST"),
    ("duplicate", "Đơn trùng", "CUSTOMER_REQUEST", "CUSTOMER_REQUEST"),
    ("wrong_address", "Địa chỉ không giao được", "CUSTOMER_REQUEST", "NOT_DELIVERABLE"),
    ("risk", "Nghi bom hàng", "CUSTOMER_REQUEST", "CUSTOMER_REQUEST"),
)
RETURN = (
    ("refused", "Khách không nhận hàng"),
    ("faulty", "Hàng lỗi, hỏng"),
    ("wrong_goods", "Giao sai hàng"),
    ("missing", "Thiếu hàng, thiếu phụ kiện"),
    ("not_as_told", "Không giống mô tả"),
    ("does_not_fit", "Không vừa"),
    ("changed_mind", "Khách đổi ý"),
)
POLICY = (
    "Hàng được đổi hoặc trả khi còn nguyên, đủ phụ kiện. Hàng lỗi hoặc giao sai: "
    "shop chịu phí vận chuyển hai chiều."
)
HOURS = (
    ("cancel_requested", 24),
    ("delivery_failed", 24),
    ("bad_address", 12),
    ("bad_phone", 12),
    ("oversold", 12),
    ("short_pick", 24),
)


def load(apps, schema_editor):
    reasons = apps.get_model("orders", "Reason").objects
    mappings = apps.get_model("orders", "ReasonMapping").objects
    rules = apps.get_model("orders", "ProblemRule").objects
    for position, (code, name) in enumerate(HOLD, 1):
        reasons.create(kind="hold", code=code, name=name, position=position, keep_days=KEEP_DAYS)
    for position, (code, name, shopee, tiktok) in enumerate(CANCEL, 1):
        reason = reasons.create(kind="cancel", code=code, name=name, position=position)
        words = {"shopee": shopee, "lazada": shopee, "tiktok_shop": tiktok}
        for channel, remote_code in words.items():
            mappings.create(reason=reason, channel=channel, remote_code=remote_code)
    for position, (code, name) in enumerate(RETURN, 1):
        reasons.create(kind="return", code=code, name=name, position=position)
    for kind, hours in HOURS:
        rules.create(kind=kind, channel="", hours=hours)
    apps.get_model("orders", "ReturnPolicy").objects.create(pk=1, text=POLICY)


def unload(apps, schema_editor):
    for name in ("ReasonMapping", "Reason", "ProblemRule", "ReturnPolicy"):
        apps.get_model("orders", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("orders", "0005_values_together")]
    operations = [migrations.RunPython(load, unload)]
