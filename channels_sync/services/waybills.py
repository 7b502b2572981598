"""Tracking number and label of an arranged parcel: parameter → create → result → download.

Each run goes as far as the marketplace allows and leaves the parcel due for the next look.
"""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from channels_sync.models import RemotePackage
from channels_sync.ports import Document, DocumentState, ParcelRef
from channels_sync.services.access import ask
from channels_sync.services.arranging import LOCK_SECONDS, parcel_of
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError, ServiceRefused, ServiceUnreachable
from oms.kernel.locks import redis_lock
from oms.kernel.pdf import is_readable_pdf
from orders.models import OrderProblem
from orders.services import problems as order_problems
from shipping.services.external import attach_package

W = RemotePackage.Waybill
LOOK_AGAIN = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=5)
# The label types that our print flow can put on paper.
PRINTABLE = {"application/pdf"}
MOST_TORN = 5


def fetch_waybill(package_id: int) -> RemotePackage:
    """Take the next steps towards the label; a repeat goes on where the last run stopped.

    Raises LockBusy while another worker does the same.
    """
    with redis_lock(f"channel-waybill:{package_id}", LOCK_SECONDS):
        package = _package(package_id)
        if package.waybill not in (W.WANTED, W.CREATED):
            return package
        try:
            _advance(package)
        except ServiceUnreachable as trouble:
            _look_again(package, trouble.message, trouble.retry_after)
        except ServiceRefused as refusal:
            _fail(package, refusal)
        except DomainError as refusal:
            # Ours, not the marketplace's: the order holds no goods yet. It comes later.
            _look_again(package, refusal.message)
        return _package(package_id)


def ask_again(package_id: int) -> None:
    """A person wants a failed label fetched anew; a stored one stays."""
    RemotePackage.objects.filter(pk=package_id, waybill=W.FAILED).update(
        waybill=W.WANTED, document_type="", attempts=0, next_attempt_at=now(), last_error=""
    )


def _advance(package: RemotePackage) -> None:
    parcel = parcel_of(package)
    if not package.tracking_number and not _read_number(package, parcel):
        _look_again(package, _("Sàn chưa cấp mã vận đơn"))
        return
    if package.waybill == W.WANTED:
        _create(package, parcel)
    state = ask(
        package.remote_order.shop_id,
        lambda adapter, access: adapter.document_state(access, parcel, package.document_type),
    )
    if state is DocumentState.FAILED:
        raise ServiceRefused(_("Sàn không tạo được vận đơn"), code="document_failed")
    if state is DocumentState.PROCESSING:
        _look_again(package, "")
        return
    _store(package, parcel)


def _read_number(package: RemotePackage, parcel: ParcelRef) -> str:
    number = ask(
        package.remote_order.shop_id,
        lambda adapter, access: adapter.tracking_number(access, parcel),
    )
    if number:
        _attach(package, number, None)
        RemotePackage.objects.filter(pk=package.pk).update(tracking_number=number)
        package.tracking_number = number
    return number


def _create(package: RemotePackage, parcel: ParcelRef) -> None:
    """Creating twice gives the same label, so a lost answer may be repeated."""
    shop_id = package.remote_order.shop_id
    kind = package.document_type or ask(
        shop_id, lambda adapter, access: adapter.choose_document(access, parcel)
    )
    RemotePackage.objects.filter(pk=package.pk).update(document_type=kind)
    package.document_type = kind
    ask(
        shop_id,
        lambda adapter, access: adapter.create_document(
            access, parcel, document_type=kind, tracking_number=package.tracking_number
        ),
    )
    RemotePackage.objects.filter(pk=package.pk).update(waybill=W.CREATED)
    package.waybill = W.CREATED


def _store(package: RemotePackage, parcel: ParcelRef) -> None:
    document: Document = ask(
        package.remote_order.shop_id,
        lambda adapter, access: adapter.download_document(access, parcel, package.document_type),
    )
    _refuse_unprintable(package, document)
    _attach(package, package.tracking_number, document.content)
    RemotePackage.objects.filter(pk=package.pk).update(
        waybill=W.STORED, next_attempt_at=None, attempts=0, last_error=""
    )


def _refuse_unprintable(package: RemotePackage, document: Document) -> None:
    """One label that cannot be read would take a whole batch with it at the printer.

    A torn download is asked for again (ServiceUnreachable), a few times.
    """
    if is_readable_pdf(document.content):
        return
    claims_pdf = document.content_type in PRINTABLE or document.content.startswith(b"%PDF")
    if claims_pdf and package.attempts < MOST_TORN:
        raise ServiceUnreachable(_("Vận đơn của sàn tải về chưa trọn, đang tải lại"))
    raise ServiceRefused(
        _("Vận đơn của sàn không phải tệp PDF đọc được (%(type)s)")
        % {"type": document.content_type},
        code="document_type",
    )


def _attach(package: RemotePackage, number: str, waybill: bytes | None) -> None:
    """Hand the parcel to shipping, which prints and follows it."""
    order_id = package.remote_order.order_id
    if order_id is None:
        raise ServiceRefused(_("Đơn chưa được nhập vào hệ thống"), code="no_order")
    attach_package(
        order_id,
        package.remote_order.shop.marketplace,
        package.package_number,
        number,
        waybill,
        actor=Actor.partner(package.remote_order.shop.marketplace),
    )


def _look_again(package: RemotePackage, message: str, retry_after: float | None = None) -> None:
    wait = LOOK_AGAIN * 2 ** min(package.attempts, 6)
    if retry_after:
        wait = max(wait, timedelta(seconds=retry_after))
    RemotePackage.objects.filter(pk=package.pk).update(
        attempts=package.attempts + 1,
        next_attempt_at=now() + min(wait, LONGEST_WAIT),
        last_error=message,
    )


@transaction.atomic
def _fail(package: RemotePackage, refusal: ServiceRefused) -> None:
    RemotePackage.objects.filter(pk=package.pk).update(
        waybill=W.FAILED, next_attempt_at=None, last_error=refusal.message
    )
    if package.remote_order.order_id:
        order_problems.open_problem(
            package.remote_order.order_id,
            OrderProblem.Kind.SHIPPING,
            _("Không lấy được vận đơn của sàn: %(why)s") % {"why": refusal.message},
            {"code": refusal.code},
        )


def _package(package_id: int) -> RemotePackage:
    return RemotePackage.objects.select_related("remote_order__shop").get(pk=package_id)
