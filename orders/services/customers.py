"""Customers."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.phones import normalise_phone, reversed_digits
from oms.kernel.text import clean_line, fold
from orders.models import Customer


def save_customer(
    customer_id: int | None,
    *,
    name: str,
    phone: str,
    email: str = "",
    company_name: str = "",
    tax_code: str = "",
    address: str = "",
    actor: Actor,
) -> Customer:
    """Make or change a customer. Raises DomainError when the phone belongs to another one."""
    e164 = normalise_phone(phone)
    clean = clean_line(name, 150, field="name")
    if not clean:
        raise DomainError(_("Thiếu tên khách hàng."), code="customer.name", field="name")
    values = {
        "name": clean,
        "name_folded": fold(clean),
        "phone": e164,
        "phone_reversed": reversed_digits(e164),
        "email": clean_line(email, 254, field="email"),
        "company_name": clean_line(company_name, 255, field="company_name"),
        "tax_code": clean_line(tax_code, 20, field="tax_code"),
        "address": clean_line(address, 400, field="address"),
    }
    try:
        return _save_customer(customer_id, values, actor)
    except IntegrityError as error:
        raise DomainError(
            _("Số điện thoại này đã có khách hàng."), code="customer.phone_taken", field="phone"
        ) from error


@transaction.atomic
def _save_customer(customer_id: int | None, values: dict[str, str], actor: Actor) -> Customer:
    if customer_id is None:
        customer = Customer.objects.create(**values, created_at=now())
        record_event("customer.added", customer, actor=actor)
        return customer
    customer = Customer.objects.select_for_update().get(pk=customer_id)
    changed = {
        name: [getattr(customer, name), value]
        for name, value in values.items()
        if getattr(customer, name) != value
    }
    if changed:
        for name, value in values.items():
            setattr(customer, name, value)
        customer.save(update_fields=list(values))
        record_event("customer.changed", customer, actor=actor, data={"changes": changed})
    return customer


@transaction.atomic
def customer_of_phone(phone: str, *, name: str) -> Customer:
    """The customer with this E.164 number; a number that nobody has makes a new one."""
    return Customer.objects.get_or_create(
        phone=phone,
        defaults={
            "name": name,
            "name_folded": fold(name),
            "phone_reversed": reversed_digits(phone),
            "created_at": now(),
        },
    )[0]
