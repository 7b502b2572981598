"""Pages of shipping: what they show, to whom, and at what cost."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.html import escape

from orders.models import Order
from shipping import ports
from shipping.models import CarrierAccount, Package
from shipping.services import booking
from shipping.services.handover import hand_over
from shipping.services.shipments import create_shipment
from shipping.services.tracking import apply_event
from tests.shipping.conftest import ACTOR, wanted
from tests.shipping.test_tracking import told


def form_data(chosen: CarrierAccount, **changes: object) -> dict[str, object]:
    return {
        "account": chosen.pk,
        "service_code": "2",
        "weight_g": 850,
        "length_cm": 25,
        "width_cm": 20,
        "height_cm": 6,
        "inspection_note": "look",
        "fee_payer": "shop",
        "cod_vnd": "",
        "note": "",
        **changes,
    }


def test_a16_the_form_is_filled_in_from_the_goods(owner_client, order, account) -> None:
    page = owner_client.get(reverse("shipping:create", args=[order.pk]))
    form = page.context["form"]
    assert form["weight_g"].value() == 800
    assert (form["length_cm"].value(), form["height_cm"].value()) == (25, 10)
    assert "680.000" in page.content.decode()
    shown = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    answer = owner_client.post(reverse("shipping:create", args=[order.pk]), shown)
    assert answer.status_code == 302
    package = Package.objects.get()
    assert (package.account, package.weight_g, package.cod_vnd) == (account, 800, 680_000)


def test_the_form_without_an_account_says_what_to_do(owner_client, order) -> None:
    page = owner_client.get(reverse("shipping:create", args=[order.pk]))
    assert reverse("shipping:account_new") in page.content.decode()


def test_posting_the_form_makes_the_shipment(owner_client, order, account) -> None:
    answer = owner_client.post(reverse("shipping:create", args=[order.pk]), form_data(account))
    assert answer.status_code == 302
    assert Package.objects.get().cod_vnd == 680_000


@pytest.mark.parametrize("typed", ["500.000", "500,000", "500000"])
def test_cod_is_read_with_dots_commas_or_neither(owner_client, order, account, typed) -> None:
    url = reverse("shipping:create", args=[order.pk])
    owner_client.post(url, form_data(account, cod_vnd=typed))
    assert Package.objects.get().cod_vnd == 500_000


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"weight_g": "0"}, "weight_g"),
        ({"weight_g": "1,5 kg"}, "weight_g"),
        ({"cod_vnd": "nhiều"}, "cod_vnd"),
        ({"cod_vnd": "-5"}, "cod_vnd"),
        ({"account": "999"}, "account"),
        ({"length_cm": "500"}, "length_cm"),
        ({"fee_payer": "nobody"}, "fee_payer"),
    ],
)
def test_bad_input_is_422_at_its_field_and_makes_nothing(
    owner_client, order, account, changes, field
) -> None:
    url = reverse("shipping:create", args=[order.pk])
    answer = owner_client.post(url, form_data(account, **changes))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Package.objects.exists()


def test_a_user_without_the_permission_cannot_change_the_cod(
    user_factory, login, order, account
) -> None:
    client = login(user_factory("sales"))
    client.post(reverse("shipping:create", args=[order.pk]), form_data(account, cod_vnd="1.000"))
    assert Package.objects.get().cod_vnd == 680_000


def test_a70_prices_come_by_button_without_javascript(owner_client, ghn, order, account) -> None:
    url = reverse("shipping:create", args=[order.pk])
    answer = owner_client.post(url, {**form_data(account), "quote": "1"})
    assert answer.status_code == 200
    assert len(answer.context["comparison"].offers) == 2
    assert not Package.objects.exists()


def test_prices_come_as_a_fragment_with_htmx(owner_client, ghn, order, account) -> None:
    url = reverse("shipping:quote", args=[order.pk])
    answer = owner_client.post(url, form_data(account), headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert 'id="quotes"' in text
    assert "<html" not in text
    assert "₫" in text


def test_an_unfinished_form_has_no_price_and_no_error(owner_client, order, account) -> None:
    url = reverse("shipping:quote", args=[order.pk])
    assert owner_client.post(url, form_data(account, weight_g="")).status_code == 200


def test_the_order_page_shows_the_package_and_offers_the_next_step(
    owner_client, order, booked
) -> None:
    page = owner_client.get(reverse("orders:detail", args=[order.pk])).content.decode()
    assert "LX7ABC" in page
    assert reverse("shipping:print") in page


def test_an_order_ready_to_ship_offers_the_shipment(owner_client, order) -> None:
    page = owner_client.get(reverse("orders:detail", args=[order.pk])).content.decode()
    assert reverse("shipping:create", args=[order.pk]) in page


def packages_of(make_order, account, number: int) -> list[Package]:
    made = [create_shipment(make_order().pk, wanted(account), actor=ACTOR) for _ in range(number)]
    for index, package in enumerate(made):
        booking._claim(package)
        booking.booked(package, booking.Booking(f"LX{index:04d}"))
    return made


@pytest.mark.parametrize(
    "name", ["shipping:package_list", "shipping:hand_over", "shipping:cod_list"]
)
def test_a_list_costs_the_same_for_one_row_and_for_twenty(
    owner_client, make_order, account, django_assert_num_queries, name
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    url = reverse(name)
    rows = packages_of(make_order, account, 1)
    apply = name == "shipping:cod_list"
    if apply:
        apply_event(rows[0].pk, told("delivered"))
    owner_client.get(url)
    with CaptureQueriesContext(connection) as one:
        assert owner_client.get(url).status_code == 200
    for index in range(20):
        package = create_shipment(make_order().pk, wanted(account), actor=ACTOR)
        booking._claim(package)
        booking.booked(package, booking.Booking(f"MX{index:04d}"))
        if apply:
            apply_event(package.pk, told("delivered"))
    with CaptureQueriesContext(connection) as many:
        assert owner_client.get(url).status_code == 200
    assert len(many) == len(one)


def test_the_list_shows_each_tab_its_packages(owner_client, booked) -> None:
    def rows(tab: str) -> list[Package]:
        return owner_client.get(reverse("shipping:package_list"), {"tab": tab}).context["page"].rows

    assert rows("to_print") == [booked]
    assert rows("moving") == []
    hand_over([booked.pk], actor=ACTOR)
    assert rows("to_print") == []
    assert rows("moving") == [booked]


@pytest.mark.parametrize("query", ["?tab=nonsense", "?after=%%%", "?q=' OR 1=1 --", "?before=abc"])
def test_a_strange_address_gives_the_list_not_an_error(owner_client, booked, query) -> None:
    assert owner_client.get(reverse("shipping:package_list") + query).status_code == 200


def test_a_user_of_another_warehouse_sees_and_prints_nothing(
    user_factory, login, booked, warehouse
) -> None:
    client = login(user_factory("warehouse", warehouse_ids=[warehouse.pk + 1]))
    assert client.get(reverse("shipping:package_list")).context["page"].rows == []
    assert client.get(reverse("shipping:package_detail", args=[booked.pk])).status_code == 404
    assert client.get(reverse("shipping:labels_pdf"), {"ids": booked.pk}).status_code == 302
    client.post(reverse("shipping:hand_over"), {"ids": booked.pk})
    assert Package.objects.get(pk=booked.pk).status == "released"


def test_printing_is_counted_when_a_person_says_it_came_out(owner_client, order, booked) -> None:
    pdf = owner_client.get(reverse("shipping:labels_pdf"), {"ids": booked.pk})
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")
    assert pdf["X-Frame-Options"] == "SAMEORIGIN"  # the packing table prints it from a frame
    assert Package.objects.get(pk=booked.pk).label_printed_count == 0

    owner_client.post(reverse("shipping:printed"), {"ids": booked.pk})
    assert Package.objects.get(pk=booked.pk).label_printed_count == 1
    order.refresh_from_db()
    assert (order.label_printed_count, order.tab) == (1, "packing")


def test_what_has_no_tracking_number_is_named_on_the_print_page(
    owner_client, booked, make_order, account
) -> None:
    waiting = create_shipment(make_order().pk, wanted(account), actor=ACTOR)
    page = owner_client.get(reverse("shipping:print"), {"ids": [booked.pk, waiting.pk, 999]})
    assert page.context["packages"] == [booked]
    assert list(page.context["waiting"]) == [waiting]


def test_packed_goods_wait_for_the_carrier(owner_client, order, booked) -> None:
    owner_client.post(reverse("shipping:printed"), {"ids": booked.pk})
    owner_client.post(reverse("shipping:mark_packed"), {"ids": booked.pk})
    order.refresh_from_db()
    assert order.tab == "to_hand_over"


@pytest.mark.parametrize("code", ["LX7ABC", "reference"])
def test_a_scanned_code_hands_over(owner_client, booked, code) -> None:
    scanned = booked.reference if code == "reference" else code
    url = reverse("shipping:hand_over_scan")
    answer = owner_client.post(url, {"code": scanned, "key": uuid4()}, follow=True)
    assert Package.objects.get(pk=booked.pk).status == "handed_over"
    again = owner_client.post(url, {"code": scanned, "key": uuid4()}, follow=True)
    assert answer.status_code == again.status_code == 200
    assert "đã bàn giao rồi" in again.content.decode()


def test_money_is_received_one_by_one_and_many_at_once(owner_client, booked) -> None:
    apply_event(booked.pk, told("delivered"))
    bad = owner_client.post(
        reverse("shipping:cod_receive", args=[booked.pk]), {"amount": "abc"}, follow=True
    )
    assert Package.objects.get(pk=booked.pk).cod_received_vnd is None
    assert bad.status_code == 200

    owner_client.post(
        reverse("shipping:cod_receive_many"), {"ids": [booked.pk, "x"], "reference": "FT1"}
    )
    package = Package.objects.get(pk=booked.pk)
    assert (package.cod_status, package.cod_reference) == ("remitted", "FT1")


@pytest.mark.parametrize("name", ["shipping:create", "shipping:quote"])
def test_what_its_seller_would_not_take_is_said_on_the_form(
    owner_client, order, account, monkeypatch, name
) -> None:
    monkeypatch.setattr(ports, "_guards", {"shop": lambda order_id: f"Không giao đơn {order_id}"})
    answer = owner_client.post(reverse(name, args=[order.pk]), form_data(account))
    assert f"Không giao đơn {order.pk}" in answer.content.decode()
    assert not Package.objects.exists()


def test_a_long_name_takes_two_lines_and_is_whole_in_its_title(owner_client, booked) -> None:
    name = "Nguyễn <b>" + "Rất Dài " * 17
    Order.objects.update(recipient_name=name)
    page = owner_client.get(reverse("shipping:package_list")).content.decode()
    assert f'<span class="clamp" title="{escape(name)}">{escape(name)}</span>' in page


def test_a_refused_booking_says_what_to_do(owner_client, package) -> None:
    Package.objects.update(booking_state="refused", booking_error="Sai địa chỉ")
    page = owner_client.get(reverse("shipping:package_detail", args=[package.pk])).content.decode()
    assert "Sai địa chỉ" in page
    assert "khi lưu, vận đơn được làm lại" in page


def test_a_short_remittance_shows_what_is_missing_and_how_to_go_on(owner_client, booked) -> None:
    apply_event(booked.pk, told("delivered"))
    receive = reverse("shipping:cod_receive", args=[booked.pk])
    sent = {"amount": "600.000", "reference": "FT1", "tab": "collected"}
    answer = owner_client.post(receive, sent)
    assert answer.headers["Location"] == reverse("shipping:cod_list") + "?tab=collected"

    page = owner_client.get(reverse("shipping:cod_list"), {"tab": "mismatch"})
    text = page.content.decode().replace("\xa0", " ")
    for shown in ("680.000 ₫", "600.000 ₫", "80.000 ₫", "Ghi phần còn thiếu", "Đóng chênh lệch"):
        assert shown in text
    totals = {tab.key: total for tab, total in page.context["tabs"]}
    assert totals["mismatch"] == {"count": 1, "vnd": 80_000}

    owner_client.post(receive, {"amount": "80.000", "reference": "FT2", "tab": "mismatch"})
    assert Package.objects.get(pk=booked.pk).cod_status == "remitted"


def test_the_rest_of_ticked_packages_is_received_by_one_transfer(owner_client, booked) -> None:
    apply_event(booked.pk, told("delivered"))
    many, sent = reverse("shipping:cod_receive_many"), {"ids": [booked.pk], "tab": "mismatch"}
    owner_client.post(reverse("shipping:cod_receive", args=[booked.pk]), {"amount": "600.000"})
    for _ in range(2):
        owner_client.post(many, {**sent, "reference": "FT2"})
    package = Package.objects.get(pk=booked.pk)
    assert (package.cod_status, package.cod_received_vnd) == ("remitted", 680_000)


def test_a_difference_is_closed_by_who_may_give_money_up(
    owner_client, user_factory, login, booked
) -> None:
    apply_event(booked.pk, told("delivered"))
    owner_client.post(reverse("shipping:cod_receive", args=[booked.pk]), {"amount": "600.000"})
    close = reverse("shipping:cod_close", args=[booked.pk])
    assert login(user_factory("sales")).post(close, {"reason": "x"}).status_code == 403
    refused = owner_client.post(close, {"reason": ""}, follow=True)
    assert "Lý do" in refused.content.decode()
    assert Package.objects.get(pk=booked.pk).cod_status == "mismatch"

    owner_client.post(close, {"reason": "Hãng trừ cước", "tab": "mismatch"})
    page = owner_client.get(reverse("shipping:cod_list"), {"tab": "written_off"})
    assert "Hãng trừ cước" in page.content.decode()
    assert Package.objects.get(pk=booked.pk).cod_status == "written_off"


def test_an_account_is_added_and_shows_its_callback_address(owner_client, warehouse) -> None:
    data = {"name": "GHN", "token": "abc-token", "shop_id": "190001"}
    page = owner_client.post(
        reverse("shipping:account_new") + "?carrier=ghn", {**data, "is_active": "on"}, follow=True
    )
    account = CarrierAccount.objects.get()
    text = page.content.decode()
    assert account.webhook_secret in text
    assert "abc-token" not in text
    assert account.credentials == {"token": "abc-token"}

    owner_client.post(
        reverse("shipping:account_edit", args=[account.pk]), {**data, "token": "", "name": "Mới"}
    )
    account.refresh_from_db()
    assert (account.name, account.is_active) == ("Mới", False)
    assert account.credentials == {"token": "abc-token"}


def test_the_same_shop_twice_is_refused_at_its_field(owner_client, account) -> None:
    data = {"name": "Hai", "token": "t", "shop_id": "190001", "is_active": "on"}
    answer = owner_client.post(reverse("shipping:account_new") + "?carrier=ghn", data)
    assert answer.status_code == 422
    assert "shop_id" in answer.context["form"].errors


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("shipping:account_list", "sales"),
        ("shipping:cod_list", "warehouse"),
        ("shipping:hand_over", "viewer"),
    ],
)
def test_pages_are_closed_to_other_roles(user_factory, login, name, role) -> None:
    assert login(user_factory(role)).get(reverse(name)).status_code == 403
