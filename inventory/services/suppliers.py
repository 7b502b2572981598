"""Writing suppliers and their prices."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from inventory.models import Supplier, SupplierContact, SupplierPrice
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.text import fold


@transaction.atomic
def save_supplier(supplier: Supplier, *, actor: Actor) -> Supplier:
    """Write a new or changed supplier, with what it is found by."""
    supplier.search_folded = fold(
        f"{supplier.code} {supplier.name} {supplier.phone} {supplier.tax_code}"
    )
    supplier.save()
    record_event("supplier.saved", supplier, actor=actor, data={"code": supplier.code})
    return supplier


@transaction.atomic
def add_contact(supplier_id: int, contact: SupplierContact, *, actor: Actor) -> SupplierContact:
    supplier = Supplier.objects.select_for_update().get(pk=supplier_id)
    contact.supplier = supplier
    contact.save()
    record_event("supplier.contact_added", supplier, actor=actor, data={"name": contact.name})
    return contact


@transaction.atomic
def remove_contact(contact_id: int, *, actor: Actor) -> None:
    """A repeat does nothing."""
    contact = SupplierContact.objects.select_related("supplier").filter(pk=contact_id).first()
    if contact:
        contact.delete()
        record_event(
            "supplier.contact_removed", contact.supplier, actor=actor, data={"name": contact.name}
        )


def set_price(
    supplier_id: int,
    variant_id: int,
    *,
    price_vnd: int,
    valid_from: date,
    pack_size: int = 1,
    min_quantity: int = 1,
    supplier_sku: str = "",
    actor: Actor,
) -> SupplierPrice:
    """A price from a day and a number of packs on; the same day and number again replaces it."""
    try:
        with transaction.atomic():
            price, _created = SupplierPrice.objects.update_or_create(
                supplier_id=supplier_id,
                variant_id=variant_id,
                min_quantity=min_quantity,
                valid_from=valid_from,
                defaults={
                    "price_vnd": price_vnd,
                    "pack_size": pack_size,
                    "supplier_sku": supplier_sku,
                },
            )
            record_event(
                "supplier.price_set",
                ("supplier", supplier_id),
                actor=actor,
                data={"variant_id": variant_id, "valid_from": valid_from.isoformat()},
            )
            return price
    except IntegrityError as error:
        raise DomainError(_("Giá nhập không hợp lệ."), code="supplier.price") from error


@transaction.atomic
def remove_price(price_id: int, *, actor: Actor) -> None:
    """A repeat does nothing."""
    price = SupplierPrice.objects.select_related("supplier").filter(pk=price_id).first()
    if price:
        price.delete()
        record_event(
            "supplier.price_removed",
            price.supplier,
            actor=actor,
            data={"variant_id": price.variant_id},
        )
