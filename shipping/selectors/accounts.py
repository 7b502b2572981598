"""Contracts with carriers, within what a user may see."""

from typing import Any

from django.db.models import Q, QuerySet

from shipping.models import CarrierAccount


def accounts_visible_to(user: Any) -> QuerySet[CarrierAccount]:
    """Those of the user's warehouses, and those that serve every warehouse."""
    accounts = CarrierAccount.objects.all()
    warehouses = user.warehouse_scope()
    if warehouses is None:
        return accounts
    return accounts.filter(Q(warehouse=None) | Q(warehouse_id__in=warehouses))


def accounts_changeable_by(user: Any) -> QuerySet[CarrierAccount]:
    """What serves every warehouse is not for somebody who sees only some of them to change."""
    accounts = accounts_visible_to(user)
    return accounts if user.warehouse_scope() is None else accounts.exclude(warehouse=None)
