"""A parcel that carries the old words stands in the way of a change, and goes by one button."""

import pytest
from django.urls import reverse

from oms.kernel.errors import DomainError
from orders.models import Order
from orders.services.edit_values import AddedLine
from shipping.models import FulfilmentLine, Package
from shipping.services.shipments import cancel_shipment
from tests.inventory.makers import make_variant, put
from tests.orders.edits import edited
from tests.orders.makers import ACTOR

pytestmark = pytest.mark.django_db


def test_c31_a_parcel_is_cancelled_then_the_order_changes_and_a_new_one_is_made(
    package: Package, owner_client
):
    order = Order.objects.get(pk=package.fulfilment.order_id)
    edited(order, internal_note="Gọi trước")
    with pytest.raises(DomainError, match="hủy vận đơn, sửa đơn"):
        edited(order, street="9 Hàng Bông")
    page = owner_client.get(reverse("orders:edit", args=[order.pk])).content.decode()
    assert reverse("shipping:cancel", args=[package.pk]) in page
    cancel_shipment(package.pk, actor=ACTOR)
    assert edited(order, street="9 Hàng Bông").street == "9 Hàng Bông"


def test_a_line_leaves_the_order_and_its_cancelled_parcel(package: Package):
    order = Order.objects.get(pk=package.fulfilment.order_id)
    cancel_shipment(package.pk, actor=ACTOR)
    gone = order.lines.get()
    other = make_variant()
    put(other, order.warehouse, 3)
    edited(order, AddedLine(other.pk, 1, 50_000), quantity_1=0)
    assert not FulfilmentLine.objects.filter(order_line_id=gone.pk).exists()
    assert Package.objects.get(pk=package.pk).booking_state == "void"


def test_a_marketplaces_own_parcel_is_changed_there(package: Package):
    Package.objects.filter(pk=package.pk).update(is_external=True, account=None)
    order = Order.objects.get(pk=package.fulfilment.order_id)
    with pytest.raises(DomainError, match="ở trang của sàn"):
        edited(order, street="9 Hàng Bông")
