"""Stickers of shelves: what is chosen, what they hold, and that a scanner reads them."""

from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from inventory.bin_labels import MOST_LABELS
from inventory.models import Bin
from inventory.services.places import BinGrid, create_bins
from tests.inventory.makers import make_warehouse
from tests.labels import scan_pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def store():
    place = make_warehouse("KHO")
    place.name = "Kho Thủ Đức"
    place.save()
    create_bins(place.pk, BinGrid("A", 1, 2, 2))
    create_bins(place.pk, BinGrid("B", 1, 1, 1))
    return place


def texts(answer) -> list[str]:
    assert answer["Content-Type"] == "application/pdf"
    return [page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages]


def test_labels_of_all_shelves_of_a_zone_and_of_one(store, owner_client, tmp_path) -> None:
    """One page of 70 by 30 mm a shelf, in walking order, that a scanner reads."""
    address = reverse("inventory:bin_labels", args=[store.pk])
    Bin.objects.filter(code="A-02-01").update(is_active=False)
    everything = texts(owner_client.get(address))
    assert [text.split()[0] for text in everything] == ["A-01-01", "A-01-02", "A-02-02", "B-01-01"]
    assert "Khu A · Kho Thủ Đức" in everything[0]
    assert len(texts(owner_client.get(address, {"zone": "B"}))) == 1
    one = owner_client.get(address, {"bin": Bin.objects.get(code="A-02-01").pk})
    box = PdfReader(BytesIO(one.content)).pages[0].mediabox
    assert (round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4)) == (70, 30)
    assert scan_pdf(one.content, tmp_path) == {"A-02-01"}


def test_what_cannot_be_printed_is_said_on_the_page(store, owner_client) -> None:
    address = reverse("inventory:bin_labels", args=[store.pk])

    def refusal(params: dict[str, object]) -> str:
        answer = owner_client.get(address, params, follow=True)
        [message] = answer.context["messages"]
        return str(message)

    assert refusal({"q": "Z"}) == "Không có vị trí nào để in nhãn."
    assert refusal({"bin": "x"}) == "Không có vị trí nào để in nhãn."
    odd = Bin.objects.create(warehouse=store, code="KỆ-1")
    assert "“KỆ-1” không in được thành mã vạch" in refusal({"bin": odd.pk})
    odd.code = "QUA-DAI-0123-ABCDEF-GHIJKL-MN"
    odd.save()
    assert "quá dài" in refusal({"bin": odd.pk})
    Bin.objects.bulk_create(
        Bin(warehouse=store, code=f"C-{n}", zone="C") for n in range(MOST_LABELS + 1)
    )
    assert "hãy lọc theo khu vực" in refusal({"zone": "C"})


def test_labels_ask_for_a_permission_and_stay_in_scope(store, login, user_factory) -> None:
    address = reverse("inventory:bin_labels", args=[store.pk])
    elsewhere = user_factory("warehouse", warehouse_ids=[make_warehouse().pk])
    assert login(user_factory("viewer")).get(address).status_code == 403
    assert login(elsewhere).get(address).status_code == 404


def test_the_list_of_shelves_is_narrowed_to_a_zone_and_printed_as_it_stands(
    store, owner_client
) -> None:
    page = owner_client.get(reverse("inventory:warehouse_bins", args=[store.pk]), {"zone": "B"})
    text = page.content.decode()
    assert "B-01-01" in text
    assert "A-01-02" not in text
    assert f"/warehouses/{store.pk}/bins/labels/?zone=B" in text
