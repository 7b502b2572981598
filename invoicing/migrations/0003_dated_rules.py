"""The law as rows. Sources: the texts named in each row; an accountant confirms before go-live."""

from datetime import date

from django.db import migrations

DECREE_123 = "Nghị định 123/2020/NĐ-CP, Thông tư 78/2021/TT-BTC"
DECREE_70 = "Nghị định 70/2025/NĐ-CP, Thông tư 32/2025/TT-BTC"
DECREE_254 = "Nghị định 254/2026/NĐ-CP, Thông tư 91/2026/TT-BTC"
FIRST_DAY = date(2022, 7, 1)
ERAS = [
    (FIRST_DAY, date(2025, 5, 31), DECREE_123),
    (date(2025, 6, 1), date(2026, 6, 30), DECREE_70),
    (date(2026, 7, 1), None, DECREE_254),
]

# (product rate, applied rate, label, from, to, source)
VAT_LAW = "Luật Thuế giá trị gia tăng"
TAX_RATES = [
    (10, 10, "10%", FIRST_DAY, None, VAT_LAW),
    (5, 5, "5%", FIRST_DAY, None, VAT_LAW),
    (0, 0, "0%", FIRST_DAY, None, VAT_LAW),
    (-1, -1, "KKKNT", FIRST_DAY, None, VAT_LAW),
    (-2, -2, "KCT", FIRST_DAY, None, VAT_LAW),
    (8, 8, "8%", date(2025, 1, 1), date(2025, 6, 30),
     "Nghị quyết 174/2024/QH15, Nghị định 180/2024/NĐ-CP"),
    (8, 8, "8%", date(2025, 7, 1), date(2026, 12, 31),
     "Nghị quyết 204/2025/QH15, Nghị định 174/2025/NĐ-CP"),
    (8, 10, "10%", date(2027, 1, 1), None, "Hết hạn giảm thuế của Nghị quyết 204/2025/QH15"),
]

# (digit, name, has VAT, first era)
FORMS = [
    ("1", "Hóa đơn giá trị gia tăng", True, 0),
    ("2", "Hóa đơn bán hàng", False, 0),
    ("3", "Hóa đơn bán tài sản công", False, 0),
    ("4", "Hóa đơn bán hàng dự trữ quốc gia", False, 0),
    ("5", "Tem, vé, thẻ, phiếu thu và hóa đơn khác", False, 0),
    ("6", "Phiếu xuất kho", False, 0),
    ("7", "Hóa đơn thương mại điện tử", False, 1),
    ("8", "Hóa đơn giá trị gia tăng tích hợp biên lai", True, 1),
    ("9", "Hóa đơn bán hàng tích hợp biên lai", False, 1),
]

# The letter after the year: X came with the commercial invoice, F with the refund declaration.
SYMBOL_LETTERS = ["TDLMNBGH", "TDLMNBGHX", "TDLMNBGHXF"]

LEGAL_TEXTS = [
    ("consumer_name", "Người mua không lấy hóa đơn", FIRST_DAY, date(2026, 6, 30), DECREE_123),
    ("consumer_name", "Bán cho người tiêu dùng", date(2026, 7, 1), None, DECREE_254),
]


def load(apps, schema_editor):
    TaxRate = apps.get_model("invoicing", "TaxRate")
    InvoiceForm = apps.get_model("invoicing", "InvoiceForm")
    SymbolPattern = apps.get_model("invoicing", "SymbolPattern")
    LegalText = apps.get_model("invoicing", "LegalText")
    TaxRate.objects.bulk_create(
        TaxRate(product_rate=p, applied_rate=a, label=l, valid_from=f, valid_to=t, source=s)
        for p, a, l, f, t, s in TAX_RATES
    )
    for number, (start, end, source) in enumerate(ERAS):
        InvoiceForm.objects.bulk_create(
            InvoiceForm(
                digit=digit, name=name, has_vat=vat, valid_from=start, valid_to=end, source=source
            )
            for digit, name, vat, first in FORMS
            if first <= number
        )
        SymbolPattern.objects.create(
            pattern=f"[CK]{{yy}}[{SYMBOL_LETTERS[number]}][A-Z0-9]{{2}}",
            note="C có mã / K không mã, hai số cuối của năm, loại, hai ký tự tự chọn",
            valid_from=start,
            valid_to=end,
            source=source,
        )
    LegalText.objects.bulk_create(
        LegalText(key=k, text=x, valid_from=f, valid_to=t, source=s)
        for k, x, f, t, s in LEGAL_TEXTS
    )


def unload(apps, schema_editor):
    for name in ("TaxRate", "InvoiceForm", "SymbolPattern", "LegalText"):
        apps.get_model("invoicing", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0002_sums")]
    operations = [migrations.RunPython(load, unload)]
