"""Labels on paper, and the word that they came out."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from oms.kernel.actors import Actor
from shipping.labels.batch import print_batch
from shipping.labels.build import packages_for_print
from shipping.selectors.packages import packages_visible_to
from shipping.services.labels import confirm_printed
from shipping.views.packages import visible_ids


@require_GET
@permission_required("shipping.print_label", raise_exception=True)
def labels_pdf(request: HttpRequest) -> HttpResponse:
    """One PDF for all ticked packages, in the order ticked."""
    packages = packages_for_print(visible_ids(request), packages_visible_to(request.user))
    if not packages:
        messages.error(request, _("Chưa chọn kiện nào đã có mã vận đơn."))
        return redirect("shipping:package_list")
    response = HttpResponse(print_batch(packages), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="van-don.pdf"'
    return response


@require_GET
@permission_required("shipping.print_label", raise_exception=True)
def confirm(request: HttpRequest) -> HttpResponse:
    """The page that opens the PDF and asks whether the labels came out."""
    ids = visible_ids(request)
    packages = packages_for_print(ids, packages_visible_to(request.user))
    ready = {package.pk for package in packages}
    waiting = packages_visible_to(request.user).filter(pk__in=set(ids) - ready)
    context = {
        "packages": packages,
        "waiting": waiting.select_related("fulfilment__order"),
        "joined": ",".join(str(package.pk) for package in packages),
    }
    return render(request, "shipping/print.html", context)


@require_POST
@permission_required("shipping.print_label", raise_exception=True)
def printed(request: HttpRequest) -> HttpResponse:
    counted = confirm_printed(visible_ids(request), actor=Actor.of(request))
    messages.success(request, _("Đã ghi nhận in %(n)s vận đơn.") % {"n": counted})
    return redirect("shipping:package_list")
