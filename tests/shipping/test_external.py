"""Parcels of marketplaces: their label is kept beside whatever else happens to them."""

import pytest
from django.core.files.storage import FileSystemStorage

from oms.kernel.actors import Actor
from orders.services.lifecycle import confirm_order
from shipping.models import Package
from shipping.services.external import attach_package
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.makers import place

pytestmark = pytest.mark.django_db
ACTOR = Actor.system("test")


def test_a_label_that_is_written_slowly_undoes_nothing_of_its_parcel(
    settings, tmp_path, monkeypatch
):
    settings.MEDIA_ROOT = tmp_path
    shirt = make_variant()
    put(shirt, make_warehouse(), 5)
    order = confirm_order(place((shirt, 1)).pk, actor=ACTOR)
    keep = FileSystemStorage.save

    def slow(storage, name, content, **options):
        Package.objects.update(status="in_transit", raw_status="SHIPPED")
        return keep(storage, name, content, **options)

    monkeypatch.setattr(FileSystemStorage, "save", slow)
    attach_package(order.pk, "shopee", "P1", "SPX1", b"%PDF-1", actor=ACTOR)
    parcel = Package.objects.get()
    assert (parcel.status, parcel.raw_status) == ("in_transit", "SHIPPED")
    with parcel.waybill.open("rb") as stored:
        assert stored.read() == b"%PDF-1"
