"""Contracts with carriers."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from shipping.models import CarrierAccount
from shipping.models.accounts import CLAIM_DAYS

MOST_TOLERANCE_VND = 1_000_000


def save_account(
    account_id: int | None,
    *,
    actor: Actor,
    carrier: str,
    name: str,
    secrets: Mapping[str, str],
    shop_id: str,
    warehouse: Any,
    is_active: bool,
    uses_own_label: bool = False,
    last_pickup_at: time | None = None,
    claim_days: int | None = None,
    fee_tolerance_vnd: int | None = None,
) -> CarrierAccount:
    """Add or change a contract. A secret that is empty stays what it is.

    A new one takes with it whatever was given to us for the old ones.
    """
    if not 0 <= (fee_tolerance_vnd or 0) <= MOST_TOLERANCE_VND:
        raise DomainError(
            _("Mức bỏ qua từ 0 đến 1.000.000 ₫."), "account.tolerance", "fee_tolerance_vnd"
        )
    given = {key: value for key, value in secrets.items() if value}
    try:
        with transaction.atomic():
            account = CarrierAccount(carrier=carrier)
            if account_id is not None:
                account = CarrierAccount.objects.select_for_update().get(pk=account_id)
            account.name, account.shop_id, account.is_active = name, shop_id, is_active
            account.warehouse, account.last_pickup_at = warehouse, last_pickup_at
            account.claim_days = claim_days or CLAIM_DAYS
            account.uses_own_label = uses_own_label
            account.fee_tolerance_vnd = fee_tolerance_vnd or 0
            if given:
                known: Any = account.credentials
                kept = {key: known[key] for key in secrets if key in known}
                account.credentials = {**kept, **given}  # type: ignore[assignment]
            account.save()
            data = {"name": name, "shop_id": shop_id, "secrets_changed": bool(given)}
            record_event("carrier_account.saved", account, actor=actor, data=data)
    except IntegrityError:
        raise DomainError(
            _("Tài khoản này của hãng đã được khai báo."), "account.duplicate", "shop_id"
        ) from None
    return account


def keep_token(account: CarrierAccount, token: str) -> None:
    """Remember what the carrier gave for our login; nothing a person changed."""
    with transaction.atomic():
        row = CarrierAccount.objects.select_for_update().get(pk=account.pk)
        known: Any = row.credentials
        row.credentials = account.credentials = {**known, "token": token}  # type: ignore[assignment]
        row.save(update_fields=["credentials"])
