"""Keys of programs: who they act as, when they were last seen; made and taken back."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from oms.accounts.models import ApiKey
from oms.accounts.services.api_keys import make_key, revoke_key
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from oms.web.people_forms import ApiKeyForm

PERMISSION = "accounts.change_api_key"


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(PERMISSION, raise_exception=True)
def key_list(request: HttpRequest) -> HttpResponse:
    """The secret of a new key is on the answer to its making, and nowhere ever after."""
    form, made = ApiKeyForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            data = form.cleaned_data
            made = make_key(data["name"], data["user"].pk, by=request.user)  # type: ignore[arg-type]
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            form = ApiKeyForm()
    keys = ApiKey.objects.filter(revoked_at=None).select_related("user")
    context = {"keys": keys, "form": form, "made": made}
    return render(request, "web/api_keys.html", context, status=422 if form.errors else 200)


@require_POST
@permission_required(PERMISSION, raise_exception=True)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(ApiKey, pk=pk)
    try:
        key = revoke_key(pk, by=request.user)  # type: ignore[arg-type]
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Đã thu hồi khóa %(name)s.") % {"name": key.name})
    return redirect("web:api_keys")
