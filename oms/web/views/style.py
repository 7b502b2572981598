"""The style page: every component in every state, for those who build pages."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from oms.kernel import clock
from oms.web.labels import LABELS

TONES = ("gray", "blue", "amber", "green", "red", "purple")


class SpecimenForm(forms.Form):
    """One field of each kind; bound to faulty values it shows the errors too."""

    recipient = forms.CharField(label="Người nhận", max_length=80)
    phone = forms.CharField(label="Số điện thoại", help_text="Ví dụ: 0912 345 678", max_length=12)
    province = forms.ChoiceField(
        label="Tỉnh, thành", choices=[("", "Chọn…"), ("79", "TP. Hồ Chí Minh"), ("01", "Hà Nội")]
    )
    note = forms.CharField(
        label="Ghi chú", required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    gift = forms.BooleanField(label="Gói quà", required=False)


def specimen_rows() -> list[dict[str, Any]]:
    now = clock.now()
    rows = [
        ("DH260118400", "tiktok_shop", "processing", 276_000, "Nguyễn Thị Phương Thảo", 36, 3),
        ("DH260118393", "shopee", "delivered", 431_000, "Trần Văn Đức", 6, 20),
        ("DH260118386", "website", "returning", 586_000, "Lê Hoàng Yến Nhi", 42, -1),
        ("DH260118379", "facebook", "pending_confirmation", 1_984_000, "Phạm Quốc Khánh", 56, 10),
    ]
    return [
        {
            "number": number,
            "source": source,
            "status": status,
            "total_vnd": total,
            "name": name,
            "placed_at": now - timedelta(minutes=minutes),
            "ship_by_at": now + timedelta(hours=hours),
        }
        for number, source, status, total, name, minutes, hours in rows
    ]


def specimen_timeline() -> list[dict[str, Any]]:
    now = clock.now()
    return [
        {"text": "Bưu tá đang giao", "by": "GHN", "at": now - timedelta(minutes=12), "kind": "now"},
        {
            "text": "Giao thất bại: khách hẹn lại",
            "by": "GHN",
            "at": now - timedelta(hours=5),
            "kind": "bad",
        },
        {"text": "Xác nhận đơn", "by": "Mai", "at": now - timedelta(days=2), "kind": ""},
    ]


@login_required
def style(request: HttpRequest) -> HttpResponse:
    if not settings.SANDBOX:
        raise Http404
    messages = [
        SimpleNamespace(level_tag=tag, text=text)
        for tag, text in (
            ("success", _("Đã xác nhận 12 đơn.")),
            ("info", _("Có 3 đơn mới.")),
            ("warning", _("Tồn kho của 2 sản phẩm sắp hết.")),
            ("error", _("Không xác nhận được đơn DH260118386: hết hàng.")),
        )
    ]
    context = {
        "tones": TONES,
        "labels": LABELS,
        "rows": specimen_rows(),
        "events": specimen_timeline(),
        "form": SpecimenForm(),
        "bad_form": SpecimenForm({"recipient": "", "phone": "0912345678901234", "province": "00"}),
        "specimen_messages": messages,
        "line": [4, 6, 5, 9, 8, 12, 11, 15],
        "days": [
            (f"T{day}", count, str(count)) for day, count in enumerate((31, 44, 38, 61, 52), 2)
        ],
        "pages": SimpleNamespace(previous_cursor="a", next_cursor="b"),
    }
    return render(request, "web/style.html", context)
