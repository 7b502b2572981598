"""The only module that names concrete adapters and joins an app to one on its right."""

from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from collections.abc import Callable

    from inventory.ports import Company as BuyingCompany
    from invoicing.ports import Credentials, Issuer
    from orders.selectors.attention import Fix
    from shipping.models import CarrierAccount
    from shipping.ports import Access, Carrier, CarrierKind


def wire() -> None:
    """Register adapters, panels and names; called once when Django is ready.

    Panels are imported here and not above: their models need Django to be ready.
    """
    wire_inventory()
    wire_jobs()
    wire_orders()
    wire_issuers()
    wire_carriers()
    wire_marketplaces()


def wire_inventory() -> None:
    from inventory import books, lot_books, place_books, value_books
    from inventory.ports import register_company

    register_company(buying_company)
    books.register()
    value_books.register()
    place_books.register()
    lot_books.register()


def wire_jobs() -> None:
    from inventory.services import file_jobs
    from oms.kernel.jobs import register_job
    from oms.kernel.queue import hurry
    from oms.kernel.tasks import rebuild_books

    register_job("books.rebuild", partial(hurry, rebuild_books))
    register_job(file_jobs.IMPORT, file_jobs.import_again)
    register_job(file_jobs.EXPORT, file_jobs.export_again)


def buying_company() -> "BuyingCompany":
    """Purchase orders name the company that invoices are issued by."""
    from inventory.ports import Company
    from invoicing.selectors.active import default_company

    row = default_company()
    if row is None:
        return Company()
    return Company(row.legal_name, row.tax_code, row.address, row.phone, row.email)


def wire_orders() -> None:
    from inventory.imports.profiles import register_profile
    from inventory.ports import register_cause_names, register_choices, register_holder_names
    from inventory.selectors.documents import DOCUMENTS
    from inventory.services import bulk_edit
    from oms.kernel.jobs import register_job
    from oms.web.event_titles import TITLES
    from oms.web.goods_titles import GOODS_TITLES
    from orders import books, lot_panel, quotation_books, quotation_panel, return_books
    from orders.bulk import marking, parting
    from orders.bulk import own as order_actions
    from orders.exports import lists as order_lists
    from orders.exports import packing_slips
    from orders.imports.order_fields import ORDERS
    from orders.models import Order
    from orders.ports import register_order_costs, register_panel
    from orders.selectors.bulk import page_of_run
    from orders.selectors.customers import group_choices
    from orders.selectors.lines import HOLDER, names_of_lines, orders_as_causes
    from orders.selectors.return_pieces import worth_of_returns
    from orders.services import bulk
    from orders.timeline import register_titles
    from orders.views import returns

    register_holder_names(HOLDER, names_of_lines)
    register_choices("source", lambda: Order.Source.choices)
    register_choices("customer_group", group_choices)
    register_cause_names("order", orders_as_causes)
    register_order_costs(worth_of_returns)
    for kind, namer in DOCUMENTS.items():
        register_cause_names(kind, namer)
    register_panel("lots", 60, lot_panel.render)
    register_panel("quotation", 15, quotation_panel.render)
    register_panel("returns", 45, returns.order_panel)
    register_job(bulk_edit.KIND, bulk_edit.hurry)
    register_job(bulk.KIND, bulk.hurry, page=page_of_run)
    order_actions.register()
    marking.register()
    parting.register()
    order_lists.register()
    packing_slips.register()
    register_profile(ORDERS)
    register_titles(TITLES)
    register_titles(GOODS_TITLES)
    books.register()
    quotation_books.register()
    return_books.register()


def wire_issuers() -> None:
    from invoicing import books, edits, order_actions, panels, personal
    from invoicing.ports import register_issuer
    from invoicing.services.cash_desk import take_cash
    from orders.ports import register_cash_desk

    register_cash_desk(take_cash)
    register_issuer("sinvoice", "Viettel S-Invoice", connect_sinvoice)
    panels.register()
    order_actions.register()
    edits.register()
    personal.register()
    books.register()


def connect_sinvoice(credentials: "Credentials") -> "Issuer":
    """S-Invoice through one account; the address is read now, so that settings may change it."""
    from invoicing.issuers.sinvoice.connector import sinvoice_factory

    return sinvoice_factory(settings.PARTNERS["sinvoice"]["base_url"])(credentials)


def wire_carriers() -> None:
    from orders.models import OrderProblem
    from orders.ports import (
        PrintStep,
        register_delivery_quotes,
        register_journey_days,
        register_print_step,
    )
    from orders.selectors.attention import register_fix
    from shipping import books, edits, money_books, order_actions, panels, personal
    from shipping.selectors.journeys import days_of_journeys
    from shipping.services.entry_quotes import quote_address

    register_delivery_quotes(quote_address)
    register_journey_days(days_of_journeys)
    register_fix(OrderProblem.Kind.UNKNOWN_STATUS, fix_of_unknown_status())
    register_fix(OrderProblem.Kind.SHIPPING, order_actions.fix_of_parcel)
    register_fix(OrderProblem.Kind.COD_DIFFERENCE, fix_of_cod_difference())
    register_print_step(
        PrintStep("shipping.create_shipment", lambda pk: reverse("shipping:create", args=[pk]))
    )
    edits.register()
    personal.register()
    panels.register()
    order_actions.register()
    books.register()
    money_books.register()
    wire_parcels_as_causes()
    wire_carrier_kinds()
    wire_carrier_jobs()


def wire_parcels_as_causes() -> None:
    """Stock leaves for parcels: their orders, by name and by cost."""
    from inventory.ports import register_cause_names
    from orders.ports import (
        register_order_causes,
        register_order_charges,
        register_order_costs,
        register_orders_of,
    )
    from shipping.selectors import causes
    from shipping.selectors.order_charges import delivery_charges

    register_cause_names("package", causes.packages_as_causes)
    register_order_causes(causes.causes_of_order)
    register_orders_of("package", causes.orders_of_packages)
    register_order_charges(delivery_charges)
    register_order_costs(causes.costs_of_orders)


def wire_carrier_kinds() -> None:
    """Each carrier, and the files in which it and the bank tell of money."""
    from inventory.imports.profiles import register_profile
    from shipping.ports import register_carrier
    from shipping.statements.columns import BANK, statement_profile

    for kind in carrier_kinds():
        register_carrier(kind)
        register_profile(statement_profile(kind.code, kind.short_name))
    register_profile(BANK)


def wire_carrier_jobs() -> None:
    from oms.kernel.jobs import register_job
    from oms.kernel.printers import register_printers
    from shipping.selectors.print_runs import page_of_print
    from shipping.services import print_runs, remittances, routing_trials, status_map
    from shipping.views.devices import setting_of

    register_printers(setting_of)
    register_job(print_runs.KIND, print_runs.print_again, page=page_of_print)
    register_job(routing_trials.KIND, routing_trials.hurry, page=routing_trials.page_of_trial)
    register_job(status_map.KIND, status_map.hurry)
    register_job(remittances.JOB, remittances.hurry)


def fix_of_unknown_status() -> "Fix":
    """An unknown code of a carrier gets its meaning where the codes are kept."""
    from orders.selectors.attention import Fix
    from shipping.services.status_map import editor_of

    return Fix(
        gettext_lazy("Đặt nghĩa cho mã"),
        permission="shipping.change_status_map",
        url_of=editor_of,
    )


def fix_of_cod_difference() -> "Fix":
    """Cash that a statement lists otherwise is settled at its line."""
    from orders.selectors.attention import Fix
    from shipping.services.cod_problems import statement_of

    return Fix(
        gettext_lazy("Xem bảng kê"), permission="shipping.reconcile_cod", url_of=statement_of
    )


def carrier_kinds() -> "list[CarrierKind]":
    from shipping.carriers.ghn import kind as ghn
    from shipping.carriers.ghtk import kind as ghtk
    from shipping.carriers.viettel_post import kind as viettel_post

    return [
        module.kind(partial(open_account, module.connect)) for module in (ghn, ghtk, viettel_post)
    ]


def open_account(connect: "Callable[[Access], Carrier]", account: "CarrierAccount") -> "Carrier":
    """A carrier through one account; its address is read now, so that settings may change it."""
    from shipping.ports import Access
    from shipping.services.accounts import keep_token

    credentials: Any = account.credentials
    return connect(
        Access(
            account=str(account.pk),
            shop_id=account.shop_id,
            credentials=credentials,
            urls=settings.PARTNERS[account.carrier],
            keep_token=partial(keep_token, account),
        )
    )


def wire_marketplaces() -> None:
    from channels_sync import books, order_actions, panels, personal
    from channels_sync.marketplaces.lazada.connector import connect as connect_lazada
    from channels_sync.marketplaces.shopee.connector import connect as connect_shopee
    from channels_sync.marketplaces.tiktok_shop.connector import connect as connect_tiktok_shop
    from channels_sync.ports import register_marketplace
    from channels_sync.selectors.money import charges_of
    from channels_sync.selectors.offers import offers_of
    from channels_sync.selectors.shops import shop_choices
    from channels_sync.services.own_carrier import own_carrier_refusal
    from inventory.ports import register_channel_offers, register_choices
    from orders.ports import register_order_charges
    from shipping.ports import register_own_carrier_guard

    register_channel_offers(offers_of)
    register_order_charges(charges_of)
    register_choices("shop", shop_choices)
    register_marketplace("shopee", connect_shopee)
    register_marketplace("lazada", connect_lazada)
    register_marketplace("tiktok_shop", connect_tiktok_shop)
    register_own_carrier_guard("marketplace", own_carrier_refusal)
    panels.register()
    order_actions.register()
    personal.register()
    books.register()
