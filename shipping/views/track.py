"""The page on which a buyer follows a parcel: its code and the end of the buyer's phone."""

import math

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from oms.kernel.public_pages import public_page, seconds_before_guess
from orders.forms.returns import BuyerForm
from shipping.selectors.public_tracking import find_journey, find_promises


@require_http_methods(["GET", "POST"])
@public_page("track_page")
def track(request: HttpRequest) -> HttpResponse:
    """GET shows the form, POST the journey: the phone stands in no address and no log."""
    if request.method == "GET":
        form = BuyerForm(initial={"code": request.GET.get("code", "")[:60]})
        return render(request, "shipping/track.html", {"form": form})
    form = BuyerForm(request.POST)
    if not form.is_valid():
        return render(request, "shipping/track.html", {"form": form}, status=422)
    wait = seconds_before_guess(request, form.cleaned_data["code"])
    if wait:
        context = {"form": form, "wait_minutes": math.ceil(wait / 60)}
        page = render(request, "shipping/track.html", context, status=429)
        page.headers["Retry-After"] = str(wait)
        return page
    told = form.cleaned_data["code"], form.cleaned_data["phone_tail"]
    journey = find_journey(*told)
    promises = None if journey else find_promises(*told)
    context = {"form": form, "journey": journey, "promises": promises, "asked": True}
    status = 200 if journey or promises else 404
    return render(request, "shipping/track.html", context, status=status)
