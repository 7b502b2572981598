"""Rules of what channels may be told: set, remove, end a sale."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from inventory.models import Category, ChannelStockRule, Variant
from inventory.selectors.availability import Channel
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event

CHANGED = "channel_stock.changed"
SALE_ENDS = Actor.system("sale-end")


@dataclass(frozen=True, slots=True)
class RuleTerms:
    """What a rule says; `buffer_value` is units, percent or minutes, as the kind says."""

    buffer_kind: str = ChannelStockRule.Buffer.FIXED
    buffer_value: int = 0
    max_units: int | None = None
    share_percent: int | None = None
    sale_from: datetime | None = None
    sale_until: datetime | None = None


def set_rule(
    channel: Channel,
    terms: RuleTerms,
    *,
    actor: Actor,
    sku: str = "",
    category_id: int | None = None,
) -> ChannelStockRule:
    """Write the channel's rule for everything, a category, or the variant of `sku`.

    It takes the place of the one that was there; numbers already told are sent anew by whoever
    hears of it. Raises DomainError for terms that contradict themselves and for an unknown SKU.
    """
    _check(terms)
    if sku and category_id is not None:
        raise DomainError(
            _("Chọn một mã SKU hoặc một danh mục."), code="rule.scope", field="category"
        )
    variant = None
    if sku:
        variant = Variant.objects.filter(sku=sku).first()
        if variant is None:
            raise DomainError(_("Không có mã SKU này."), code="rule.sku", field="sku")
    try:
        category = Category.objects.get(pk=category_id) if category_id is not None else None
        return _write(channel, terms, variant, category, actor)
    except IntegrityError as error:
        raise DomainError(_("Quy tắc không hợp lệ."), code="rule.invalid") from error


@transaction.atomic
def _write(
    channel: Channel,
    terms: RuleTerms,
    variant: Variant | None,
    category: Category | None,
    actor: Actor,
) -> ChannelStockRule:
    rule, _created = ChannelStockRule.objects.update_or_create(
        channel_kind=channel[0],
        channel_id=channel[1],
        variant=variant,
        category=category,
        defaults={name: getattr(terms, name) for name in RuleTerms.__slots__},
    )
    _tell(channel, actor, {"sku": variant.sku if variant else "", "rule": str(rule)})
    return rule


def _check(terms: RuleTerms) -> None:
    if terms.buffer_kind == ChannelStockRule.Buffer.PERCENT and terms.buffer_value > 100:
        raise DomainError(_("Nhiều nhất 100%."), code="rule.percent", field="buffer_value")
    if (terms.sale_from is None) != (terms.sale_until is None):
        raise DomainError(
            _("Đợt sale cần cả giờ bắt đầu và giờ kết thúc."), code="rule.sale", field="sale_until"
        )
    if terms.sale_from and terms.sale_until and terms.sale_until <= terms.sale_from:
        raise DomainError(
            _("Giờ kết thúc phải sau giờ bắt đầu."), code="rule.sale", field="sale_until"
        )


@transaction.atomic
def remove_rule(channel: Channel, rule_id: int, *, actor: Actor) -> None:
    """Take a rule of this channel away; a second call changes nothing."""
    rules = ChannelStockRule.objects.filter(
        pk=rule_id, channel_kind=channel[0], channel_id=channel[1]
    )
    count, _rows = rules.delete()
    if count:
        _tell(channel, actor, {"removed": rule_id})


@transaction.atomic
def end_sales() -> int:
    """Clear the periods that are over and have the channels told the full number again."""
    over = list(
        ChannelStockRule.objects.select_for_update(skip_locked=True)
        .filter(sale_until__lte=now())
        .order_by("pk")
    )
    for channel in sorted({(rule.channel_kind, rule.channel_id) for rule in over}):
        _tell(channel, SALE_ENDS, {"sale": "ended"})
    ChannelStockRule.objects.filter(pk__in=[rule.pk for rule in over]).update(
        sale_from=None, sale_until=None
    )
    return len(over)


def _tell(channel: Channel, actor: Actor, data: dict[str, object]) -> None:
    record_event(CHANGED, channel, actor=actor, data=data)
