"""Proof of packing: taken at the table, found by scanning the parcel."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from inventory.forms.transfers import KeyField
from oms.kernel.errors import DomainError
from oms.kernel.htmx import is_htmx
from shipping.models import PackProof
from shipping.selectors.packing import parcel_of_code
from shipping.services.pack_proofs import keep_proof
from shipping.views.packages import visible_package


class ProofForm(forms.Form):
    key = KeyField()
    fulfilment = forms.IntegerField(min_value=1)
    kind = forms.ChoiceField(choices=PackProof.Kind.choices)
    file = forms.FileField(allow_empty_file=True)


@require_POST
@permission_required("shipping.pack_goods", raise_exception=True)
def keep(request: HttpRequest) -> HttpResponse:
    """A picture or a clip of the parcel on this user's table; the script is answered in words."""
    user: Any = request.user
    form = ProofForm(request.POST, request.FILES)
    text, status = _("Hãy chọn ảnh hay clip."), 422
    if form.is_valid():
        data = form.cleaned_data
        try:
            keep_proof(
                data["fulfilment"],
                data["file"],
                kind=data["kind"],
                key=data["key"],
                user_id=user.pk,
            )
        except DomainError as refusal:
            text = refusal.message
        else:
            text, status = _("Đã lưu bằng chứng với kiện."), 200
    if is_htmx(request):
        return HttpResponse(text, content_type="text/plain; charset=utf-8", status=status)
    (messages.success if status == 200 else messages.error)(request, text)
    return redirect("shipping:pack")


@require_GET
@permission_required("shipping.view_package", raise_exception=True)
def find(request: HttpRequest) -> HttpResponse:
    """Scan a parcel, an order or a slot: its page shows what was recorded."""
    code = request.GET.get("code", "").strip()
    parcel = parcel_of_code(request.user, code) if code else None
    if parcel is not None:
        return redirect(f"{reverse('shipping:package_detail', args=[parcel.pk])}#proofs")
    if code:
        messages.error(request, _("Không có kiện nào mang mã “%s”.") % code[:60])
    return render(request, "shipping/proof_find.html", status=404 if code else 200)


@require_GET
@permission_required("shipping.view_package", raise_exception=True)
def proof(request: HttpRequest, pk: int, proof_id: int) -> FileResponse:
    """As what it was found to be."""
    kept = get_object_or_404(PackProof, pk=proof_id, package=visible_package(request, pk))
    answer = FileResponse(kept.file.open("rb"), content_type=kept.content_type)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
