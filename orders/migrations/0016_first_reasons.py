"""The reasons that a shop begins with, what Shopee calls them, and hours for the urgent kinds."""

from django.db import migrations

HOLD = (
    ("buyer_thinks", "Chờ khách xác nhận"),
    ("awaiting_transfer", "Chờ khách chuyển khoản"),
    ("risk", "Nghi bom hàng"),
    ("address", "Kiểm tra lại địa chỉ"),
    ("goods", "Chờ đủ hàng"),
)
# Of order.cancel_order: OUT_OF_STOCK and CUSTOMER_REQUEST; two more exist for other
# countries.
CANCEL = (
    ("out_of_stock", "Hết hàng", "OUT_OF_STOCK"),
    ("buyer_changed", "Khách đổi ý", "CUSTOMER_REQUEST"),
    ("unreachable", "Không liên lạc được khách", "CUSTOMER_REQUEST"),
    ("duplicate", "Đơn trùng", "CUSTOMER_REQUEST"),
    ("wrong_address", "Địa chỉ không giao được", "CUSTOMER_REQUEST"),
    ("risk", "Nghi bom hàng", "CUSTOMER_REQUEST"),
)
HOURS = (("cancel_requested", 24), ("delivery_failed", 24), ("bad_address", 12), ("bad_phone", 12))


def load(apps, schema_editor):
    reason, mapping = apps.get_model("orders", "Reason"), apps.get_model("orders", "ReasonMapping")
    rule = apps.get_model("orders", "ProblemRule")
    for position, (code, name) in enumerate(HOLD, 1):
        reason.objects.get_or_create(
            kind="hold", code=code, defaults={"name": name, "position": position}
        )
    for position, (code, name, shopee) in enumerate(CANCEL, 1):
        row, _created = reason.objects.get_or_create(
            kind="cancel", code=code, defaults={"name": name, "position": position}
        )
        mapping.objects.get_or_create(
            reason=row, channel="shopee", defaults={"remote_code": shopee}
        )
    for kind, hours in HOURS:
        rule.objects.get_or_create(kind=kind, channel="", defaults={"hours": hours})


class Migration(migrations.Migration):
    dependencies = [("orders", "0015_reasons_notes")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
