"""Customers."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.phones import normalise_phone, reversed_digits, show_phone
from oms.kernel.revisions import settle
from oms.kernel.text import clean_line, fold
from orders.models import Customer, CustomerGroup

TAG_LENGTH, MOST_TAGS = 40, 20
EDITABLE = ("name", "phone", "email", "company_name", "tax_code", "address", "group_id", "tags")


def save_customer(
    customer_id: int | None,
    *,
    name: str,
    phone: str,
    email: str = "",
    company_name: str = "",
    tax_code: str = "",
    address: str = "",
    group_id: int | None = None,
    tags: Sequence[str] = (),
    seen: Mapping[str, Any] | None = None,
    actor: Actor,
) -> Customer:
    """Make or change a customer. Raises DomainError when the phone belongs to another one.

    `seen` are the `values_of` the customer when its author began: what others changed since stays
    theirs, and RevisionConflict is raised where both changed the same.
    """
    e164 = normalise_phone(phone)
    clean = clean_line(name, 150, field="name")
    if not clean:
        raise DomainError(_("Thiếu tên khách hàng."), code="customer.name", field="name")
    values = {
        "name": clean,
        "phone": e164,
        "email": clean_line(email, 254, field="email"),
        "company_name": clean_line(company_name, 255, field="company_name"),
        "tax_code": clean_line(tax_code, 20, field="tax_code"),
        "address": clean_line(address, 400, field="address"),
        "group_id": group_id,
        "tags": clean_tags(tags),
    }
    try:
        return _save_customer(customer_id, values, seen or {}, actor)
    except IntegrityError as error:
        raise DomainError(
            _("Số điện thoại này đã có khách hàng."), code="customer.phone_taken", field="phone"
        ) from error


@transaction.atomic
def _save_customer(
    customer_id: int | None, typed: dict[str, Any], seen: Mapping[str, Any], actor: Actor
) -> Customer:
    if customer_id is None:
        customer = Customer.objects.create(**typed, **_derived(typed), created_at=now())
        record_event("customer.added", customer, actor=actor)
        return customer
    customer = Customer.objects.select_for_update().get(pk=customer_id)
    if not customer.is_live:
        raise DomainError(_("Khách này đã được gộp hoặc đã xóa dữ liệu."), code="customer.not_live")
    before = values_of(customer)
    wanted = settle(typed, seen, before)
    if wanted:
        values = wanted | _derived(wanted)
        for name, value in values.items():
            setattr(customer, name, value)
        customer.save(update_fields=list(values))
        changes = {name: [before[name], value] for name, value in wanted.items()}
        record_event("customer.changed", customer, actor=actor, data={"changes": changes})
    return customer


def values_of(customer: Customer) -> dict[str, Any]:
    """What a person can change of a customer, as plain values."""
    return {name: getattr(customer, name) for name in EDITABLE}


def _derived(values: Mapping[str, Any]) -> dict[str, str]:
    """What searches read, of the values that are written."""
    found = {}
    if "name" in values:
        found["name_folded"] = fold(values["name"])
    if "phone" in values:
        found["phone_reversed"] = reversed_digits(values["phone"])
    return found


def clean_tags(tags: Sequence[str]) -> list[str]:
    """Each tag once, whatever its case; the first writing stays."""
    clean = {fold(tag): tag for raw in reversed(tags) if (tag := clean_line(raw, TAG_LENGTH))}
    if len(clean) > MOST_TAGS:
        raise DomainError(
            _("Mỗi khách có nhiều nhất %(most)d thẻ.") % {"most": MOST_TAGS},
            code="customer.tags",
            field="tags",
        )
    return sorted(clean.values(), key=fold)


@transaction.atomic
def set_risk(customer_id: int, level: str, *, reason: str, actor: Actor) -> Customer:
    """A person's own judgement of the risk; an empty level follows the figures again.

    Raises DomainError when a level comes without its reason.
    """
    customer = Customer.objects.select_for_update().get(pk=customer_id)
    reason = clean_line(reason, 200, field="reason") if level else ""
    if level and not reason:
        raise DomainError(
            _("Hãy ghi lý do để người khác hiểu."), code="customer.risk_reason", field="reason"
        )
    before = [customer.risk_set, customer.risk_reason]
    if before != [level, reason]:
        customer.risk_set, customer.risk_reason = level, reason
        customer.save(update_fields=["risk_set", "risk_reason"])
        changes = {"risk": [before[0], level], "risk_reason": [before[1], reason]}
        record_event("customer.risk_set", customer, actor=actor, data={"changes": changes})
    return customer


def save_group(group_id: int | None, name: str, *, actor: Actor) -> CustomerGroup:
    """Make or rename a group. Raises DomainError when another has that name."""
    clean = clean_line(name, 60, field="name")
    if not clean:
        raise DomainError(_("Thiếu tên nhóm."), code="group.name", field="name")
    try:
        return _save_group(group_id, clean, actor)
    except IntegrityError as error:
        raise DomainError(_("Nhóm này đã có."), code="group.taken", field="name") from error


@transaction.atomic
def _save_group(group_id: int | None, name: str, actor: Actor) -> CustomerGroup:
    group = (
        CustomerGroup()
        if group_id is None
        else CustomerGroup.objects.select_for_update().get(pk=group_id)
    )
    before, group.name, group.name_folded = group.name, name, fold(name)
    group.save()
    data = {"changes": {"name": [before, name]}}
    record_event("customer_group.saved", group, actor=actor, data=data)
    return group


@transaction.atomic
def remove_group(group_id: int, *, actor: Actor) -> None:
    """Customers of the group have none afterwards."""
    group = CustomerGroup.objects.select_for_update().get(pk=group_id)
    count = Customer.objects.filter(group=group).update(group=None)
    data = {"name": group.name, "customers": count}
    record_event("customer_group.removed", group, actor=actor, data=data)
    group.delete()


@transaction.atomic
def customer_of_phone(phone: str, *, name: str) -> Customer:
    """Whoever has this E.164 number, or was merged from who had; else a new customer."""
    customer = Customer.objects.get_or_create(
        phone=phone,
        defaults={
            "name": name,
            "name_folded": fold(name),
            "phone_reversed": reversed_digits(phone),
            "created_at": now(),
        },
    )[0]
    return customer.merged_into or customer


def in_words(customer: Customer | None) -> str:
    """Name and phone: two customers may have one name."""
    if customer is None:
        return ""
    return f"{customer.name} · {show_phone(customer.phone)}" if customer.phone else customer.name
