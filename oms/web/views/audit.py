"""The audit page: filters, keyset pages, and the same as a file."""

from datetime import date, timedelta
from tempfile import TemporaryFile
from typing import Any

from django import forms
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from oms.accounts.models import User
from oms.kernel import clock
from oms.kernel.tables import Column, write_xlsx
from oms.web.audit import AuditFilters, AuditRow, audit_page, audit_rows
from orders.selectors.customers import is_limited

AREAS = [
    ("", gettext_lazy("Mọi việc")),
    ("order", gettext_lazy("Đơn hàng")),
    ("customer", gettext_lazy("Khách hàng")),
    ("product", gettext_lazy("Sản phẩm")),
    ("stock", gettext_lazy("Tồn kho")),
    ("shipment", gettext_lazy("Vận đơn")),
    ("cod", gettext_lazy("Thu hộ")),
    ("invoice", gettext_lazy("Hóa đơn")),
    ("payment", gettext_lazy("Thanh toán")),
    ("rate", gettext_lazy("Tỷ giá")),
    ("shop", gettext_lazy("Gian hàng")),
    ("user", gettext_lazy("Người dùng")),
    ("role", gettext_lazy("Vai trò")),
]
COLUMNS = [
    Column("at", gettext_lazy("Lúc"), width=18),
    Column("who", gettext_lazy("Ai"), width=24),
    Column("what", gettext_lazy("Việc"), width=30),
    Column("object", gettext_lazy("Đối tượng"), width=24),
    Column("field", gettext_lazy("Thông tin"), width=20),
    Column("before", gettext_lazy("Trước"), width=30),
    Column("after", gettext_lazy("Sau"), width=30),
]


class AuditForm(forms.Form):
    user = forms.IntegerField(required=False)
    all = forms.BooleanField(required=False)
    kind = forms.SlugField(required=False, max_length=40)
    number = forms.IntegerField(required=False)
    area = forms.ChoiceField(required=False, choices=AREAS)
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)

    def filters(self) -> AuditFilters:
        """Days are the company's; an unknown value is no filter."""
        self.is_valid()
        clean = self.cleaned_data
        since, until = clean.get("since"), clean.get("until")
        return AuditFilters(
            user_id=clean.get("user"),
            people_only=not clean.get("all"),
            kind=clean.get("kind", ""),
            number=clean.get("number"),
            area=clean.get("area", ""),
            since=clock.day_bounds(since)[0] if isinstance(since, date) else None,
            until=clock.day_bounds(until)[1] if isinstance(until, date) else None,
        )


def _whole_house(request: HttpRequest) -> None:
    """The history is of all shops and warehouses: a limited user has no part of it."""
    if is_limited(request.user):
        raise PermissionDenied


@require_safe
@permission_required("web.view_audit", raise_exception=True)
def page(request: HttpRequest) -> HttpResponse:
    _whole_house(request)
    filters = AuditForm(request.GET).filters()
    found, rows = audit_page(
        request.user,
        filters,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    today = clock.today()
    context = {
        "page": found,
        "rows": rows,
        "filters": filters,
        "since": request.GET.get("since", ""),
        "until": request.GET.get("until", ""),
        "areas": AREAS,
        "users": User.objects.order_by("first_name", "pk"),
        "week": today - timedelta(days=6),
        "today": today,
    }
    return render(request, "web/audit.html", context)


@require_safe
@permission_required("web.view_audit", raise_exception=True)
def export(request: HttpRequest) -> FileResponse:
    """The newest 20,000 under the filters; a change is a row."""
    _whole_house(request)
    rows = audit_rows(request.user, AuditForm(request.GET).filters())
    target = TemporaryFile()  # noqa: SIM115 - the answer closes it
    write_xlsx(target, COLUMNS, (line for row in rows for line in _lines(row)), sheet=_("Nhật ký"))
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename="nhat-ky.xlsx")


def _lines(row: AuditRow) -> list[list[Any]]:
    event = row.event
    head = [
        clock.local(event.created_at).strftime("%d/%m/%Y %H:%M:%S"),
        event.actor_label,
        row.title,
        row.object_name,
    ]
    lines = [[*head, field, str(before), str(after)] for field, before, after in row.changes]
    lines += [[*head, field, "", str(value)] for field, value in row.facts]
    return lines or [[*head, "", "", ""]]
