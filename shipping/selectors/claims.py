"""Reads of claims against carriers."""

from typing import Any, Unpack

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from oms.kernel.pages import Cursors, Page, keyset_page
from shipping.models import CarrierClaim, ClaimKind, ClaimStatus
from shipping.selectors.packages import Tab
from shipping.selectors.statements import accounts_for

CLAIM_TABS = [
    Tab("waiting", _("Đang theo đuổi"), Q(status__in=[ClaimStatus.OPEN, ClaimStatus.SENT])),
    *[Tab(status.value, status.label, Q(status=status)) for status in ClaimStatus],
]
CLAIM_TAB_BY_KEY = {tab.key: tab for tab in CLAIM_TABS}


def claims_visible_to(user: Any) -> QuerySet[CarrierClaim]:
    claims = CarrierClaim.objects.select_related("account", "package__fulfilment__order", "line")
    if user.warehouse_scope() is None and user.shop_scope() is None:
        return claims
    return claims.filter(account__in=accounts_for(user))


def claim_page(
    user: Any,
    *,
    tab: str = "",
    kind: str = "",
    account: int | None = None,
    **cursor: Unpack[Cursors],
) -> Page[CarrierClaim]:
    """Newest first; one query whatever the number of rows."""
    claims = claims_visible_to(user).filter(CLAIM_TAB_BY_KEY.get(tab, CLAIM_TABS[0]).condition)
    if kind in ClaimKind.values:
        claims = claims.filter(kind=kind)
    if account is not None:
        claims = claims.filter(account=account)
    return keyset_page(claims, keys=("-id",), **cursor)
