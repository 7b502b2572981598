"""Contracts with carriers."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from shipping.models import CarrierAccount


def save_account(
    account_id: int | None,
    *,
    actor: Actor,
    carrier: str,
    name: str,
    token: str,
    shop_id: str,
    warehouse: Any,
    is_active: bool,
) -> CarrierAccount:
    """Add or change a contract. An empty token keeps the one that is stored."""
    try:
        with transaction.atomic():
            account = CarrierAccount(carrier=carrier)
            if account_id is not None:
                account = CarrierAccount.objects.select_for_update().get(pk=account_id)
            account.name, account.shop_id, account.is_active = name, shop_id, is_active
            account.warehouse = warehouse
            if token:
                account.credentials = {"token": token}  # type: ignore[assignment]
            account.save()
            data = {"name": name, "shop_id": shop_id, "token_changed": bool(token)}
            record_event("carrier_account.saved", account, actor=actor, data=data)
    except IntegrityError:
        raise DomainError(
            _("ShopId này đã được khai báo."), "account.duplicate", "shop_id"
        ) from None
    return account
