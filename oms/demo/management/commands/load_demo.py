"""Fill an empty database with the demo shop."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from oms.accounts.demo import create_demo_accounts
from oms.demo.accounts import connect_partners
from oms.demo.customers import create_customers
from oms.demo.exceptions import create_exceptions
from oms.demo.fees import create_fee_rates
from oms.demo.floor import create_floor
from oms.demo.goods import create_goods, create_warehouses
from oms.demo.money import create_carrier_money
from oms.demo.orders import create_orders
from oms.demo.papers import create_papers
from oms.demo.places import create_places
from oms.demo.planning import create_proposals
from oms.demo.purchases import create_purchases
from oms.demo.quotations import create_quotations
from oms.demo.rates import create_rates
from oms.demo.recurring import create_recurring
from oms.demo.returns import create_returns
from oms.demo.routing import create_rule_sets


class Command(BaseCommand):
    help = "Load the demo shop: goods, warehouses, stock, orders, partner accounts, five users."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SANDBOX:
            raise CommandError("The demo shop needs OMS_SANDBOX=on: its passwords are public")
        create_demo_accounts()
        create_warehouses()
        create_goods()
        connect_partners()
        create_rule_sets()
        create_orders()
        create_customers()
        create_places()
        create_proposals()
        create_purchases()
        create_rates()
        create_fee_rates()
        create_recurring()
        create_quotations()
        create_exceptions()
        create_carrier_money()
        create_returns()
        create_floor()
        create_papers()
        self.stdout.write("demo shop loaded")
