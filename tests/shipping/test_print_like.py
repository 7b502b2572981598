"""A computer prints as another one does; the demo shop has two of them and a declared parcel."""

import pytest
from django.urls import reverse

from oms.demo.papers import create_papers
from shipping.models import CustomsDeclaration, Package, PrintDevice, PrinterProfile
from tests.shipping.floor import make_shop, waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(db) -> Package:
    """The papers of the demo shop beside the parcel that they are about, loaded twice."""
    package = waiting(make_shop("A-1"), A_1=2)
    Package.objects.filter(pk=package.pk).update(tracking_number="GHNDEMO001")
    for _time in range(2):
        create_papers()
    return package


def test_c53_a_new_computer_takes_over_the_printers_of_another(demo, owner_client) -> None:
    url = reverse("shipping:printers")
    others = [row.name for row, _papers in owner_client.get(url).context["others"]]
    assert others == ["Bàn đóng gói 1", "Quầy thu ngân"]
    table = PrintDevice.objects.get(name="Bàn đóng gói 1")
    for _time in range(2):
        assert owner_client.post(reverse("shipping:print_like", args=[table.pk])).url == url
    mine = PrintDevice.objects.get(name="")
    kept = PrinterProfile.objects.order_by("kind").values_list("kind", "paper", "language")
    assert list(kept.filter(device=mine)) == list(kept.filter(device=table))
    assert kept.filter(device=mine, kind="waybill", language="zpl").exists()
    papers = owner_client.get(reverse("shipping:printers")).context["kinds"]
    assert papers[0][1].instance.paper == "100x150"


def test_the_demo_has_a_parcel_for_customs_and_declares_it_once(demo, owner_client) -> None:
    said = CustomsDeclaration.objects.get()
    assert (said.package_id, said.lines.get().quantity) == (demo.pk, 2)
    page = owner_client.get(reverse("shipping:customs", args=[demo.pk]))
    assert page.context["said"] == said
