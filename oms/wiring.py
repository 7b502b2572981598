"""The only module that names concrete adapters and joins an app to one on its right."""

from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse

if TYPE_CHECKING:
    from inventory.ports import Company as BuyingCompany
    from invoicing.ports import Credentials, Issuer
    from shipping.models import CarrierAccount
    from shipping.ports import Carrier


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
    from inventory.services import bulk_edit
    from oms.kernel.jobs import register_job
    from oms.web.event_titles import TITLES
    from oms.web.goods_titles import GOODS_TITLES
    from orders import books, lot_panel, quotation_books, quotation_panel
    from orders.bulk import marking
    from orders.bulk import own as order_actions
    from orders.exports import lists as order_lists
    from orders.exports import packing_slips
    from orders.imports.order_fields import ORDERS
    from orders.models import Order
    from orders.ports import register_panel
    from orders.selectors.bulk import page_of_run
    from orders.selectors.customers import group_choices
    from orders.selectors.lines import HOLDER, names_of_lines, orders_as_causes
    from orders.services import bulk
    from orders.timeline import register_titles

    register_holder_names(HOLDER, names_of_lines)
    register_choices("source", lambda: Order.Source.choices)
    register_choices("customer_group", group_choices)
    register_cause_names("order", orders_as_causes)
    register_panel("lots", 60, lot_panel.render)
    register_panel("quotation", 15, quotation_panel.render)
    register_job(bulk_edit.KIND, bulk_edit.hurry)
    register_job(bulk.KIND, bulk.hurry, page=page_of_run)
    order_actions.register()
    marking.register()
    order_lists.register()
    packing_slips.register()
    register_profile(ORDERS)
    register_titles(TITLES)
    register_titles(GOODS_TITLES)
    books.register()
    quotation_books.register()


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
    from inventory.ports import register_cause_names
    from orders.ports import (
        PrintStep,
        register_delivery_quotes,
        register_order_causes,
        register_order_costs,
        register_print_step,
    )
    from shipping import books, edits, order_actions, panels, personal
    from shipping.carriers.ghn import mapping, webhook
    from shipping.ports import AddressForm, CarrierKind, register_carrier
    from shipping.selectors.causes import causes_of_order, costs_of_orders, packages_as_causes
    from shipping.services.entry_quotes import quote_address

    register_delivery_quotes(quote_address)
    register_print_step(
        PrintStep("shipping.create_shipment", lambda pk: reverse("shipping:create", args=[pk]))
    )
    register_cause_names("package", packages_as_causes)
    register_order_causes(causes_of_order)
    register_order_costs(costs_of_orders)
    edits.register()
    personal.register()
    register_carrier(
        CarrierKind(
            code="ghn",
            name="Giao Hàng Nhanh",
            short_name="GHN",
            services=mapping.SERVICE_NAMES,
            connect=connect_ghn,
            webhook=webhook,
            # By name it takes both forms and tells them apart by the district.
            address_form=AddressForm.ANY,
        )
    )
    panels.register()
    order_actions.register()
    books.register()


def connect_ghn(account: "CarrierAccount") -> "Carrier":
    """GHN through one account; the address is read now, so that settings may change it."""
    from shipping.carriers.ghn.connector import connect

    credentials: Any = account.credentials
    return connect(
        token=credentials["token"],
        shop_id=account.shop_id,
        account=str(account.pk),
        base_url=settings.PARTNERS["ghn"]["base_url"],
    )


def wire_marketplaces() -> None:
    from channels_sync import order_actions, panels, personal
    from channels_sync.marketplaces.lazada.connector import connect as connect_lazada
    from channels_sync.marketplaces.shopee.connector import connect as connect_shopee
    from channels_sync.ports import register_marketplace
    from channels_sync.selectors.offers import offers_of
    from channels_sync.selectors.shops import shop_choices
    from channels_sync.services.own_carrier import own_carrier_refusal
    from inventory.ports import register_channel_offers, register_choices
    from shipping.ports import register_own_carrier_guard

    register_channel_offers(offers_of)
    register_choices("shop", shop_choices)
    register_marketplace("shopee", connect_shopee)
    register_marketplace("lazada", connect_lazada)
    register_own_carrier_guard("marketplace", own_carrier_refusal)
    panels.register()
    order_actions.register()
    personal.register()
