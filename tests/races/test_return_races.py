"""Two clerks at once over one return: real connections, one result."""

from functools import partial
from uuid import uuid4

import pytest

from invoicing.models import Refund
from invoicing.services.payments import receive_payment
from invoicing.services.refunds import refund_payment
from oms.kernel.books import check_books
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from orders.models import Order, ReturnPhoto, ReturnPiece
from orders.services.return_credit import credit_return
from orders.services.return_photos import MOST_OF_RETURN, add_photos
from tests.invoicing.test_races import at_once
from tests.orders.returns import ACTOR, make_goods, on_hand, opened, picture, scanned, sold

pytestmark = pytest.mark.django_db(transaction=True)


def test_c82_pictures_sent_at_once_never_pass_what_a_return_may_have(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    shop = make_goods(100_000)
    document = opened(sold((shop.goods[0], 1)), status="coming")
    photos = [
        ReturnPhoto(document=document, file="x", content_type="image/png", taken_at=now())
        for _photo in range(MOST_OF_RETURN - 3)
    ]
    ReturnPhoto.objects.bulk_create(photos)

    def send() -> int:
        return add_photos(document.pk, [picture(), picture()], user_id=None)

    done = at_once(send, send, send)
    assert sum(isinstance(result, DomainError) for result in done) == 2
    assert document.photos.count() == MOST_OF_RETURN - 1


def test_a93_two_refunds_at_once_never_give_back_more_than_was_paid() -> None:
    shop = make_goods(100_000)
    order = sold((shop.goods[0], 2))
    receive_payment(order.pk, 200_000, "bank", source=("test", "in"), actor=ACTOR)
    document, key = opened(order, status="coming"), uuid4()
    scan = partial(scanned, document, shop.shop, (shop.goods[0], 2, "restock"), key=key)
    at_once(scan, scan)  # a scan replayed by two connections counts once
    assert ReturnPiece.objects.get().quantity == 2
    assert on_hand(shop.goods[0], shop.shop) == 100
    credit = partial(credit_return, document.pk, 200_000, actor=ACTOR)
    at_once(credit, credit)
    done = at_once(
        *[
            partial(refund_payment, order.pk, 150_000, "bank", source=("test", str(n)), actor=ACTOR)
            for n in range(3)
        ]
    )
    assert sum(isinstance(result, DomainError) for result in done) == 2
    order = Order.objects.get(pk=order.pk)
    assert (Refund.objects.get().amount_vnd, order.paid_vnd) == (150_000, 50_000)
    assert (order.returned_vnd, order.payment_status) == (200_000, "partially_refunded")
    assert not any(check_books().values())
