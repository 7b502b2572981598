"""Shops that a person must connect again soon, or now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from channels_sync.models import Shop
from channels_sync.selectors.shops import shops_visible_to
from oms.kernel.clock import now

# Days before the end on which it is told; 0 stands for a consent that is lost.
STEPS = (7, 3, 1)
LOST = 0
PERMISSION = "channels_sync.connect_shop"


@dataclass(frozen=True, slots=True)
class Ending:
    """One shop and the step it has come to."""

    shop: Shop
    step: int
    days_left: int

    @property
    def tone(self) -> str:
        return "amber" if self.step == STEPS[0] else "red"

    @property
    def sentence(self) -> str:
        told = {"shop": self.shop.name, "n": self.days_left}
        if self.step == LOST:
            return _("%(shop)s đã mất kết nối: đơn không về, tồn không lên sàn.") % told
        if self.days_left < 1:
            return _("Quyền truy cập %(shop)s hết hạn trong hôm nay.") % told
        text = ngettext(
            "Quyền truy cập %(shop)s hết hạn sau %(n)s ngày.",
            "Quyền truy cập %(shop)s hết hạn sau %(n)s ngày.",
            self.days_left,
        )
        return text % told


def endings(shops: QuerySet[Shop]) -> list[Ending]:
    """Those that have come to a step, the most urgent first; one statement."""
    soon = now() + timedelta(days=STEPS[0])
    ends = Q(authorised_until__lte=soon) | Q(refresh_until__lte=soon)
    waiting = shops.filter(
        Q(status=Shop.Status.EXPIRED) | (Q(status=Shop.Status.CONNECTED) & ends)
    ).defer("credentials")
    found = [ending for shop in waiting if (ending := _ending(shop)) is not None]
    return sorted(found, key=lambda ending: (ending.step, ending.days_left, ending.shop.pk))


def endings_for(user: Any) -> Iterable[Ending]:
    """For the banner: those of his shops that this user may connect again."""
    if not getattr(user, "is_authenticated", False) or not user.has_perm(PERMISSION):
        return []
    return endings(shops_visible_to(user))


def _ending(shop: Shop) -> Ending | None:
    if shop.status == Shop.Status.EXPIRED:
        return Ending(shop, LOST, 0)
    ends = shop.access_ends_at
    if ends is None:
        return None
    left = ends - now()
    passed = [step for step in STEPS if left <= timedelta(days=step)]
    return Ending(shop, min(passed), max(left.days, 0)) if passed else None
