"""The way to a marketplace's consent page and back."""

import secrets

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from channels_sync.ports import marketplace, marketplace_codes
from channels_sync.services.connecting import connect_shop, consent_page
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError, ServiceUnreachable


def _state_key(code: str) -> str:
    return f"channel-consent:{code}"


def _known(code: str) -> str:
    if code not in marketplace_codes() or not marketplace(code).has_keys:
        raise Http404
    return code


def callback_url(code: str) -> str:
    """Where the marketplace sends the owner back; its domain is registered there."""
    return settings.OMS_PUBLIC_URL.rstrip("/") + reverse("channels_sync:callback", args=[code])


@require_GET
@permission_required("channels_sync.connect_shop", raise_exception=True)
def connect(request: HttpRequest, code: str) -> HttpResponse:
    """Leave for the consent page with a state that only this session knows."""
    state = secrets.token_urlsafe(24)
    request.session[_state_key(_known(code))] = state
    return HttpResponseRedirect(consent_page(code, redirect_uri=callback_url(code), state=state))


@require_GET
@permission_required("channels_sync.connect_shop", raise_exception=True)
def callback(request: HttpRequest, code: str) -> HttpResponse:
    """Come back with a code; a state that is not ours, or used, connects nothing."""
    expected = request.session.pop(_state_key(_known(code)), "")
    if not expected or not constant_time_compare(expected, request.GET.get("state", "")):
        messages.error(request, _("Phiên kết nối không hợp lệ hoặc đã dùng. Hãy kết nối lại."))
        return redirect("channels_sync:shop_list")
    try:
        shops = connect_shop(
            code,
            request.GET.get("code", ""),
            returned=request.GET.dict(),
            actor=Actor.of(request),
        )
    except (DomainError, ServiceUnreachable) as trouble:
        messages.error(request, trouble.message)
        return redirect("channels_sync:shop_list")
    names = ", ".join(shop.name for shop in shops)
    messages.success(request, _("Đã kết nối %(names)s. Đơn đang được lấy về.") % {"names": names})
    if len(shops) == 1:
        return redirect("channels_sync:shop_detail", shops[0].pk)
    return redirect("channels_sync:shop_list")
