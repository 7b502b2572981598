"""Two ways of choosing warehouse and carrier, so that there is something to compare."""

from oms.demo.goods import DEMO
from shipping.models import CarrierAccount, RuleSet
from shipping.services.rule_sets import save_rule, save_rule_set


def create_rule_sets() -> None:
    """The first one is in use; a second call adds nothing."""
    if RuleSet.objects.exists():
        return
    usual = {"day_vnd": 3_000, "failure_vnd": 40_000, "may_split": True}
    balanced = save_rule_set(None, {"name": "Cân bằng", **usual}, actor=DEMO)
    save_rule_set(None, {"name": "Rẻ nhất", **usual, "day_vnd": 0, "failure_vnd": 0}, actor=DEMO)
    rule = {
        "name": "Thu hộ lớn không gửi GHTK",
        "effect": "never",
        "min_cod_vnd": 5_000_000,
        "account": CarrierAccount.objects.get(carrier="ghtk"),
    }
    save_rule(balanced.pk, None, rule, actor=DEMO)
