"""Carrier accounts within the warehouses that a user may see."""

import pytest
from django.urls import reverse

from inventory.models import Warehouse
from shipping.models import CarrierAccount, Package

OWN, FOREIGN, EVERYBODYS = "GHN kho chính", "GHN kho hai", "GHN chung"


@pytest.fixture
def accounts(warehouse) -> dict[str, CarrierAccount]:
    other = Warehouse.objects.create(code="KHO2", name="Kho hai", province="Hà Nội")
    places = {OWN: warehouse, FOREIGN: other, EVERYBODYS: None}
    return {
        name: CarrierAccount.objects.create(
            carrier="ghn", name=name, shop_id=str(n), warehouse=place, credentials={"token": "x"}
        )
        for n, (name, place) in enumerate(places.items(), start=1)
    }


@pytest.fixture
def limited(user_factory, warehouse):
    return user_factory("manager", warehouse_ids=[warehouse.pk])


def names_in(page: str) -> set[str]:
    return {name for name in (OWN, FOREIGN, EVERYBODYS) if name in page}


@pytest.mark.parametrize(
    ("is_limited", "seen"), [(True, {OWN, EVERYBODYS}), (False, {OWN, FOREIGN, EVERYBODYS})]
)
def test_the_list_shows_the_accounts_of_the_users_warehouses(
    accounts, limited, owner, login, is_limited, seen
) -> None:
    client = login(limited if is_limited else owner)
    assert names_in(client.get(reverse("shipping:account_list")).content.decode()) == seen


@pytest.mark.parametrize(
    ("is_limited", "offered"), [(True, {OWN, EVERYBODYS}), (False, {OWN, FOREIGN, EVERYBODYS})]
)
def test_the_shipment_form_offers_the_accounts_of_the_users_warehouses(
    accounts, limited, owner, login, order, is_limited, offered
) -> None:
    client = login(limited if is_limited else owner)
    page = client.get(reverse("shipping:create", args=[order.pk]))
    assert names_in(page.content.decode()) == offered


def test_an_account_of_another_warehouse_books_nothing(accounts, limited, login, order) -> None:
    size = {"weight_g": 500, "length_cm": 20, "width_cm": 20, "height_cm": 5}
    sent = {"account": accounts[FOREIGN].pk, "service_code": "2", "fee_payer": "shop", **size}
    sent["inspection_note"] = "look"
    client = login(limited)
    refused = client.post(reverse("shipping:create", args=[order.pk]), sent)
    assert "account" in refused.context["form"].errors
    fragment = client.post(reverse("shipping:quote", args=[order.pk]), sent)
    assert "Điền đủ các ô" in fragment.content.decode()
    assert not Package.objects.exists()


@pytest.mark.parametrize(("name", "status"), [(OWN, 200), (FOREIGN, 404), (EVERYBODYS, 404)])
def test_a_limited_manager_changes_the_accounts_of_his_warehouses_alone(
    accounts, limited, owner_client, login, name, status
) -> None:
    address = reverse("shipping:account_edit", args=[accounts[name].pk])
    assert login(limited).get(address).status_code == status
    assert owner_client.get(address).status_code == 200


def test_a_limited_manager_adds_accounts_to_his_warehouses_alone(
    accounts, limited, login, warehouse
) -> None:
    data = {"name": "Mới", "token": "t", "shop_id": "77", "is_active": "on"}
    client, address = login(limited), reverse("shipping:account_new") + "?carrier=ghn"
    for place in ("", accounts[FOREIGN].warehouse_id):
        answer = client.post(address, {**data, "warehouse": place})
        assert "warehouse" in answer.context["form"].errors
    assert not CarrierAccount.objects.filter(shop_id="77").exists()
    client.post(address, {**data, "warehouse": warehouse.pk})
    assert CarrierAccount.objects.get(shop_id="77").warehouse == warehouse
