"""A parcel that carries the old words stands in the way of a change, and goes by one button."""

import re

import pytest
from django.db import transaction
from django.urls import reverse

from oms.kernel.errors import DomainError
from oms.kernel.events import timeline_of
from oms.kernel.events.registry import handlers_of
from oms.kernel.models import Event
from orders.bulk.registry import Wish, find_action
from orders.models import Order, OrderProblem
from orders.services.edit_values import AddedLine
from orders.services.problems import open_problem
from shipping.models import CarrierAccount, FulfilmentLine, Package, Replacement
from shipping.services import replacing
from shipping.services.history import record
from shipping.services.shipments import cancel_shipment
from shipping.services.voiding import void_package
from tests.inventory.makers import make_variant, put
from tests.orders.edits import edited
from tests.orders.makers import ACTOR

pytestmark = pytest.mark.django_db


def test_c31_a_parcel_is_cancelled_then_the_order_changes_and_a_new_one_is_made(
    package: Package,
):
    order = Order.objects.get(pk=package.fulfilment.order_id)
    edited(order, internal_note="Gọi trước")
    with pytest.raises(DomainError, match="hủy vận đơn, sửa đơn"):
        edited(order, street="9 Hàng Bông")
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


def redo(client, order: Order, **changes: str):
    """The edit page as it stands, with something typed differently, and its one button."""
    page = client.get(reverse("orders:edit", args=[order.pk]))
    form = page.context["form"]
    data = {name: form[name].value() for name in form.fields}
    data |= {"added-TOTAL_FORMS": "0", "added-INITIAL_FORMS": "0", "then": "redo", **changes}
    return client.post(
        reverse("orders:edit", args=[order.pk]),
        {name: "" if value is None else value for name, value in data.items()},
    )


def test_c31_one_button_cancels_the_parcel_changes_the_order_and_books_anew(
    package: Package, owner_client
):
    order = Order.objects.get(pk=package.fulfilment.order_id)
    page = owner_client.get(reverse("orders:edit", args=[order.pk])).content.decode()
    assert "Lưu và làm lại vận đơn" in page
    answer = redo(owner_client, order, street="9 Hàng Bông", discount_vnd="50.000")
    assert answer.status_code == 302
    deliver_events()
    order.refresh_from_db()
    package.refresh_from_db()
    [new] = Package.objects.exclude(pk=package.pk)
    assert (package.booking_state, new.booking_state) == ("void", "queued")
    assert order.street == "9 Hàng Bông"
    assert (new.cod_vnd, new.weight_g, new.account_id) == (630_000, 850, package.account_id)
    wish = Replacement.objects.get()
    assert (wish.error, wish.edited_at is None, wish.done_at is None) == ("", False, False)
    replacing.finish(package.pk)
    assert Package.objects.count() == 2


def test_c31_what_cannot_be_saved_cancels_nothing(package: Package, owner_client):
    order = Order.objects.get(pk=package.fulfilment.order_id)
    answer = redo(owner_client, order, recipient_phone="12")
    assert answer.status_code == 422
    package.refresh_from_db()
    assert (package.booking_state, package.cancel_requested_at) == ("queued", None)
    assert not Replacement.objects.exists()


def test_c31_the_order_waits_until_the_carrier_has_let_the_parcel_go(booked: Package, owner_client):
    order = Order.objects.get(pk=booked.fulfilment.order_id)
    redo(owner_client, order, street="9 Hàng Bông")
    deliver_events()
    order.refresh_from_db()
    assert order.street == "12 đường số 3"
    record(booked, "shipment.cancel_refused", actor=ACTOR)
    deliver_events()
    assert Replacement.objects.get().error == "Hãng không cho hủy vận đơn cũ."
    with transaction.atomic():
        void_package(Package.objects.get(pk=booked.pk), actor=ACTOR)
    deliver_events()
    order.refresh_from_db()
    assert order.street == "12 đường số 3"
    assert Package.objects.count() == 1


def test_c32_another_carrier_for_many_orders_with_a_reason_for_those_that_cannot(
    package: Package, account, make_order, owner, owner_client
):
    order = Order.objects.get(pk=package.fulfilment.order_id)
    bare = make_order()
    other = CarrierAccount.objects.create(
        carrier="ghn", name="GHN hai", shop_id="190002", credentials={"token": "x"}
    )
    action = find_action("change_carrier")
    assert action is not None
    assert action.causes([order, bare], owner) == {bare.pk: "Đơn chưa có vận đơn."}
    wish = Wish([order.pk], owner, {"account": str(other.pk)})
    assert action.run(wish) == {}
    deliver_events()
    [new] = Package.objects.exclude(pk=package.pk)
    assert (new.account, new.cod_vnd) == (other, package.cod_vnd)
    assert Package.objects.get(pk=package.pk).booking_state == "void"
    told = [event.name for event in timeline_of("order", order.pk)]
    assert told.index("shipment.created") < told.index("shipment.cancelled")  # newest first
    assert action.run(wish) == {order.pk: "Vận đơn đang dùng tài khoản này."}
    page = owner_client.get(reverse("orders:detail", args=[order.pk])).content.decode()
    assert reverse("orders:act", args=[order.pk, "change_carrier"]) in page


def deliver_events() -> None:
    """What the relay does, for the parcel's news."""
    for event in Event.objects.filter(published_at=None, name__startswith="shipment.cancel"):
        for handler in handlers_of(event.name):
            handler(event)
        Event.objects.filter(pk=event.pk).update(published_at=event.created_at)


def test_a_refused_parcel_leads_to_the_form_that_makes_it_anew(owner_client, package: Package):
    """Its order has one filled button: what the carrier refused is changed there."""
    Package.objects.filter(pk=package.pk).update(booking_state="refused")
    order = Order.objects.get(pk=package.fulfilment.order_id)
    open_problem(order.pk, OrderProblem.Kind.SHIPPING, "Sai địa chỉ", {"field": "to_address"})
    form = reverse("orders:edit", args=[order.pk])
    for name in ("orders:detail", "orders:panel"):
        page = owner_client.get(reverse(name, args=[order.pk]))
        assert page.context["first_fix"] == form
        text = page.content.decode()
        assert text.index("Sửa đơn, gửi lại hãng") < text.index("In phiếu đóng gói")
        filled = re.findall(r'class="btn[^"]*btn-primary[^"]*"\s+href="([^"]+)"', text)
        assert filled == [form]
    again = redo(owner_client, order, street="9 Hàng Bông")
    assert again.status_code == 302
    deliver_events()
    order.refresh_from_db()
    assert (order.street, order.fulfillment_status) == ("9 Hàng Bông", "released")
    states = Package.objects.filter(fulfilment__order=order).order_by("id")
    assert list(states.values_list("booking_state", flat=True)) == ["void", "queued"]


def test_other_problems_of_a_parcel_are_put_right_on_the_order_page(owner_client, package: Package):
    order_id = package.fulfilment.order_id
    open_problem(order_id, OrderProblem.Kind.SHIPPING, "Hãng báo hỏng", {"package_id": package.pk})
    page = owner_client.get(reverse("orders:detail", args=[order_id]))
    assert page.context["first_fix"] == ""
