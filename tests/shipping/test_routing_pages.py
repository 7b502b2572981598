"""A-53: rules as data with their editor, and two sets compared over last month's orders."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inventory.models import Warehouse
from inventory.services import stock
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.models import Event, Job
from shipping.models import CarrierAccount, CarrierRate, RoutingRule, RoutingTrial, RuleSet
from shipping.routing.choose import route
from shipping.selectors.routing import current_weights, weights_of
from shipping.services import routing_trials
from shipping.services.rule_sets import save_rule
from tests.shipping.conftest import ACTOR
from tests.shipping.test_routing import NEED, SLOW, world


@pytest.fixture
def rules(db) -> RuleSet:
    return RuleSet.objects.create(name="Tiết kiệm", is_current=True, day_vnd=0)


def typed(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Không GHN ở Hà Nội",
        "position": "1",
        "effect": "never",
        "provinces": ["01"],
        "amount_vnd": "5.000",
        "is_active": "on",
        **changes,
    }


def test_a53_a_rule_typed_in_the_editor_decides(rules, account, owner_client) -> None:
    url = reverse("shipping:rule_new", args=[rules.pk])
    assert owner_client.post(url, typed(account=str(account.pk))).status_code == 302
    rule = RoutingRule.objects.get()
    # An amount belongs to a preference only.
    assert (rule.effect, rule.amount_vnd, rule.provinces) == ("never", 0, ["01"])
    ways = (world().ways[0].__class__(account.pk, "GHN", "ghn", None, SLOW.limits), SLOW)
    decision = route(NEED, world(ways=ways), current_weights())
    assert decision.chosen is not None and decision.chosen.way == SLOW
    edit = reverse("shipping:rule_edit", args=[rules.pk, rule.pk])
    assert "Không GHN ở Hà Nội" in owner_client.get(edit).content.decode()
    owner_client.post(edit, typed(effect="dearer", account=str(account.pk), is_active=""))
    rule.refresh_from_db()
    assert (rule.effect, rule.amount_vnd, rule.is_active) == ("dearer", 5_000, False)
    assert weights_of(rules).rules == ()
    owner_client.post(reverse("shipping:rule_remove", args=[rules.pk, rule.pk]))
    assert not RoutingRule.objects.exists()
    assert Event.objects.filter(name="routing.saved").count() == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"service_code": "2", "effect": "cheaper", "amount_vnd": ""},
        {"service_code": "2", "min_weight_g": "9", "max_weight_g": "8"},
    ],
)
def test_a_rule_without_subject_amount_or_order_is_refused_in_words(
    rules, owner_client, wrong
) -> None:
    page = owner_client.post(reverse("shipping:rule_new", args=[rules.pk]), typed(**wrong))
    assert page.status_code == 422
    assert page.context["form"].non_field_errors()
    assert not RoutingRule.objects.exists()


def test_a53_sets_are_copied_changed_and_put_into_use(rules, owner_client) -> None:
    save_rule(rules.pk, None, {"name": "R", "effect": "only", "service_code": "2"}, actor=ACTOR)
    owner_client.post(reverse("shipping:rule_set_copy", args=[rules.pk]))
    made = RuleSet.objects.get(is_current=False)
    assert (made.name, made.rules.count(), made.day_vnd) == ("Tiết kiệm (2)", 1, 0)
    facts = {"name": "Nhanh", "day_vnd": "9.000", "failure_vnd": "40000", "may_split": "on"}
    url = reverse("shipping:rule_set", args=[made.pk])
    owner_client.post(url, facts)
    assert owner_client.post(reverse("shipping:routing"), facts).status_code == 422
    owner_client.post(reverse("shipping:rule_set_use", args=[made.pk]))
    assert (current_weights().name, current_weights().day_vnd) == ("Nhanh", 9_000)
    page = owner_client.get(url).content.decode()
    assert "Quy tắc của “Nhanh”" in page and "Dùng bộ này" in page


def test_rules_of_the_whole_company_are_not_for_who_sees_one_warehouse(
    rules, warehouse, user_factory, login
) -> None:
    limited = login(user_factory("manager", warehouse_ids=[warehouse.pk]))
    url = reverse("shipping:rule_set_use", args=[rules.pk])
    assert limited.post(url).status_code == 403
    assert "người chỉ thấy một số kho" in limited.get(reverse("shipping:routing")).content.decode()
    assert login(user_factory("sales")).get(reverse("shipping:routing")).status_code == 403


@pytest.fixture
def second_place(variant) -> Warehouse:
    place = Warehouse.objects.create(code="KHO2", name="Kho Hà Nội", province="Hà Nội")
    stock.post([stock.Posting(variant.pk, place.pk, 5, "opening")], actor=ACTOR)
    return place


@pytest.fixture
def priced(account) -> CarrierAccount:
    """GHN fast and dear, GHTK slow and cheap, both known within the province."""
    other = CarrierAccount.objects.create(
        carrier="ghtk", name="GHTK", shop_id="S1", credentials={"token": "t"}
    )
    for row, fee_vnd, hours in ((account, 24_000, 24), (other, 20_000, 72)):
        CarrierRate.objects.create(
            account=row,
            service_code="2",
            service_name="Chuẩn",
            zone="local",
            band_g=1000,
            fee_vnd=fee_vnd,
            hours=hours,
            heard_at=now(),
        )
    return other


def test_a53_what_if_compares_money_and_days_of_last_months_orders(
    rules, priced, package, second_place, owner_client
) -> None:
    """Cheapest first saves 4.000 ₫ and takes two days more; nothing of the orders changes."""
    fast = RuleSet.objects.create(name="Nhanh", day_vnd=50_000)
    order = package.fulfilment.order
    order.refresh_from_db()
    before = order.version
    url = reverse("shipping:routing_compare")
    same = owner_client.post(url, {"first": rules.pk, "second": rules.pk})
    assert same.status_code == 422
    answer = owner_client.post(url, {"first": fast.pk, "second": rules.pk})
    trial = RoutingTrial.objects.get()
    assert (trial.job.total, answer["Location"]) == (
        1,
        reverse("shipping:routing_trial", args=[trial.pk]),
    )
    routing_trials.run_trial(trial.job.pk)
    routing_trials.run_trial(trial.job.pk)  # a repeat adds nothing
    trial.refresh_from_db()
    assert Job.objects.get(pk=trial.job.pk).status == "done"
    counts = {name: trial.result[name] for name in ("orders", "differ", "unpriced")}
    assert counts == {"orders": 1, "differ": 1, "unpriced": 0}
    assert trial.result["first"] == {
        "fee_vnd": 24_000,
        "days": 1,
        "ways": {"Kho chính · GHN chính": 1},
    }
    assert (trial.result["second"]["fee_vnd"], trial.result["second"]["days"]) == (20_000, 3)
    page = owner_client.get(answer["Location"]).content.decode().replace("\xa0", " ")
    assert "rẻ hơn 4.000 ₫" in page
    order.refresh_from_db()
    assert order.version == before


def test_a53_a_trial_is_its_askers_own_and_within_the_asked_scope(
    rules, priced, package, warehouse, owner, user_factory, login
) -> None:
    other = RuleSet.objects.create(name="Khác")
    with pytest.raises(DomainError):
        routing_trials.start_trial(
            other.pk, other.pk, warehouse_ids=None, shop_ids=None, actor=ACTOR
        )
    elsewhere = Warehouse.objects.create(code="K9", name="K9")
    trial = routing_trials.start_trial(
        rules.pk, other.pk, warehouse_ids=[elsewhere.pk], shop_ids=None, actor=ACTOR
    )
    assert trial.job.total == 0
    page = reverse("shipping:routing_trial", args=[trial.pk])
    assert login(user_factory("manager")).get(page).status_code == 404


def test_the_page_of_rules_takes_as_many_statements_for_twenty_rules_as_for_one(
    rules, account, owner_client
) -> None:
    def statements(count: int) -> int:
        RoutingRule.objects.bulk_create(
            RoutingRule(rule_set=rules, name=f"R{n}", effect="never", account=account)
            for n in range(count)
        )
        with CaptureQueriesContext(connection) as asked:
            owner_client.get(reverse("shipping:rule_set", args=[rules.pk]))
        return len(asked)

    statements(1)
    assert statements(0) == statements(19)
