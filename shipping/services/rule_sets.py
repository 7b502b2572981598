"""Keeping the rules of routing. A change counts for the next shipment; what was made stays."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from shipping.models import RoutingRule, RuleSet


@transaction.atomic
def save_rule_set(set_id: int | None, facts: Mapping[str, Any], *, actor: Actor) -> RuleSet:
    """Make or change a set of rules; the first one is in use at once."""
    row = RuleSet() if set_id is None else RuleSet.objects.select_for_update().get(pk=set_id)
    before = {name: getattr(row, name) for name in facts} if set_id else {}
    for name, value in facts.items():
        setattr(row, name, value)
    if set_id is None:
        row.is_current = not RuleSet.objects.exists()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise DomainError(_("Tên này đã được dùng."), "rule_set.taken", "name") from error
    changes = {name: [before.get(name), value] for name, value in facts.items()}
    record_event("routing.saved", row, actor=actor, data={"text": row.name, "changes": changes})
    return row


@transaction.atomic
def use_rule_set(set_id: int, *, actor: Actor) -> RuleSet:
    """From now on shipments follow this set. A second call changes nothing."""
    rows = {row.pk: row for row in RuleSet.objects.select_for_update().order_by("pk")}
    chosen = rows[set_id]
    if chosen.is_current:
        return chosen
    RuleSet.objects.filter(is_current=True).update(is_current=False)
    chosen.is_current = True
    chosen.save(update_fields=["is_current"])
    record_event("routing.used", chosen, actor=actor, data={"text": chosen.name})
    return chosen


@transaction.atomic
def copy_rule_set(set_id: int, *, actor: Actor) -> RuleSet:
    """The same rules under another name, to be changed and compared."""
    source = RuleSet.objects.prefetch_related("rules").get(pk=set_id)
    names = set(RuleSet.objects.values_list("name", flat=True))
    tries = (f"{source.name[:70]} ({number})" for number in range(2, len(names) + 3))
    made = RuleSet.objects.create(
        name=next(name for name in tries if name not in names),
        day_vnd=source.day_vnd,
        failure_vnd=source.failure_vnd,
        may_split=source.may_split,
    )
    rules = list(source.rules.all())
    for rule in rules:
        rule.pk, rule.rule_set = None, made
    RoutingRule.objects.bulk_create(rules)
    record_event("routing.saved", made, actor=actor, data={"text": made.name})
    return made


@transaction.atomic
def save_rule(
    rule_set_id: int, rule_id: int | None, facts: Mapping[str, Any], *, actor: Actor
) -> RoutingRule:
    """Add or change a rule. Raises DomainError for one that is about nothing or has no amount."""
    rule_set = RuleSet.objects.select_for_update().get(pk=rule_set_id)
    rule = RoutingRule(rule_set=rule_set)
    if rule_id is not None:
        rule = rule_set.rules.get(pk=rule_id)
    for name, value in facts.items():
        setattr(rule, name, value)
    try:
        rule.validate_constraints()
    except ValidationError as error:
        raise DomainError(" ".join(error.messages), "routing.rule") from error
    rule.save()
    record_event(
        "routing.saved", rule_set, actor=actor, data={"text": f"{rule_set.name}: {rule.name}"}
    )
    return rule


@transaction.atomic
def remove_rule(rule_set_id: int, rule_id: int, *, actor: Actor) -> None:
    """A repeat finds nothing to remove."""
    rule_set = RuleSet.objects.select_for_update().get(pk=rule_set_id)
    gone, _models = rule_set.rules.filter(pk=rule_id).delete()
    if gone:
        record_event("routing.saved", rule_set, actor=actor, data={"text": rule_set.name})
