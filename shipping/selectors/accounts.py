"""Contracts with carriers, within what a user may see."""

from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet

from oms.kernel.sql import run
from shipping.models import CarrierAccount

_SECRETS = """
SELECT id, webhook_secret FROM shipping_carrieraccount
WHERE carrier = %(carrier)s::text AND is_active
"""


def accounts_visible_to(user: Any) -> QuerySet[CarrierAccount]:
    """Those of the user's warehouses, and those that serve every warehouse."""
    return accounts_within(user.warehouse_scope())


def accounts_within(warehouse_ids: Collection[int] | None) -> QuerySet[CarrierAccount]:
    """Accounts of these warehouses (None: all), and those that serve every one."""
    accounts = CarrierAccount.objects.all()
    if warehouse_ids is None:
        return accounts
    return accounts.filter(Q(warehouse=None) | Q(warehouse_id__in=warehouse_ids))


def accounts_changeable_by(user: Any) -> QuerySet[CarrierAccount]:
    """What serves every warehouse is not for somebody who sees only some of them to change."""
    accounts = accounts_visible_to(user)
    return accounts if user.warehouse_scope() is None else accounts.exclude(warehouse=None)


def webhook_secrets(carrier_code: str) -> list[tuple[int, str]]:
    """The accounts in use at a carrier and what their callbacks must know; asked by each callback,
    so neither model nor credentials are made for it.
    """
    return [(key, secret) for key, secret in run(_SECRETS, {"carrier": carrier_code})]
