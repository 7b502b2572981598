"""A fresh demo: once its shops are connected there is money to look at and a return to answer."""

from pathlib import Path
from typing import Any

import pytest

from channels_sync.models import OrderFee, ReturnRequest, Settlement, Shop, SyncProblem
from channels_sync.selectors.money import money_of_orders
from channels_sync.services.connecting import connect_shop
from channels_sync.tasks import poll_shop, pull_shop_fees, pull_shop_returns
from oms.demo.fees import create_fee_rates
from oms.kernel.actors import Actor
from oms.sandbox.run import Sandbox, running_sandbox
from orders.models import Order

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_clean")]
CODES = ("shopee", "lazada", "tiktok_shop")


def connected(sandbox: Sandbox, code: str) -> Shop:
    given = sandbox.control(code, "POST", "issue_code", {})["code"]
    returned = {"shop_id": "88012345"} if code == "shopee" else {}
    [shop] = connect_shop(code, given, returned=returned, actor=Actor.system("test"))
    return shop


def last_week(sandbox: Sandbox, code: str) -> list[str]:
    """Orders of the demonstration, which then wait for nobody but us."""
    partner = sandbox.partner(code)
    partner.tell_history()
    memory = partner.desk.memory  # type: ignore[attr-defined]
    told = memory.db.get("settings", "history")
    memory.db.put("settings", "history", {**told, "is_over": True})
    partner.tell_history()
    assert memory.db.get("settings", "history")["orders"] == told["orders"]
    return list(told["orders"])


def test_a97_a_demo_shop_has_statements_one_difference_and_a_return_that_waits(
    tmp_path: Path, settings: Any
) -> None:
    create_fee_rates()
    create_fee_rates()
    with running_sandbox(tmp_path, CODES, behind=30) as sandbox:
        settings.PARTNERS = {**settings.PARTNERS, **sandbox.credentials()}
        for code in CODES:
            numbers = last_week(sandbox, code)
            shop = connected(sandbox, code)
            poll_shop(shop.pk)
            actions = sandbox.partner(code).actions()["orders"].__self__  # type: ignore[attr-defined]
            actions.end_history(numbers)
            for follow in (poll_shop, pull_shop_returns, pull_shop_fees):
                follow(shop.pk)
            assert Order.objects.filter(remote_id__in=numbers).count() == len(numbers)
            wish = ReturnRequest.objects.get(shop=shop, remote_order_id=numbers[0])
            assert wish.state == "requested"
            strange = SyncProblem.objects.get(shop=shop, resolved_at=None, kind="unknown_money")
            assert OrderFee.objects.get(shop=shop, word=strange.remote_id).amount_vnd == -35_000
            assert Settlement.objects.filter(shop=shop, told_vnd__isnull=False).exists()
    assert ReturnRequest.objects.filter(offer_vnd__gt=0).count() == 1
    assert ReturnRequest.objects.filter(may_prove=True, proof_until__isnull=False).count() == 1
    rows = money_of_orders(list(Order.objects.values_list("pk", flat=True)))
    assert sum(row.is_settled for row in rows) >= 3 * 3
    [problem] = SyncProblem.objects.filter(resolved_at=None, kind="payout_differs")
    assert problem.shop.marketplace == "tiktok_shop"
    assert "50.00" in problem.message
