"""Which role may do what. A permission is `app.verb_noun`; views name it, this table grants it."""

VIEW = {
    "web.view_dashboard",
    "web.view_alerts",
    "web.use_palette",
    "orders.view_order",
    "orders.view_customer",
    "inventory.view_product",
    "inventory.view_stock",
    "shipping.view_package",
    "invoicing.view_invoice",
    "channels_sync.view_shop",
}
SALES = {
    "inventory.propose_purchase",
    "orders.change_customer",
    "orders.add_order",
    "orders.sell_at_counter",
    "orders.hand_over_pickup",
    "orders.confirm_order",
    "orders.change_order",
    "orders.hold_order",
    "orders.cancel_order",
    "orders.add_note",
    "orders.print_slip",
    "orders.mark_order",
    "orders.fix_problem",
    "orders.export_order",
    "orders.import_order",
    "inventory.import_goods",
    "channels_sync.sync_shop",
    "shipping.create_shipment",
    "shipping.cancel_shipment",
    "shipping.print_label",
}
WAREHOUSE = {
    "orders.hand_over_pickup",
    "orders.print_slip",
    "inventory.view_purchase",
    "inventory.receive_goods",
    "inventory.receive_unordered",
    "inventory.adjust_stock",
    "inventory.import_goods",
    "inventory.export_goods",
    "inventory.move_stock",
    "inventory.dispose_stock",
    "inventory.change_bin",
    "inventory.count_stock",
    "inventory.name_lot",
    "inventory.choose_lot",
    "shipping.create_shipment",
    "shipping.print_label",
    "shipping.hand_over",
}
ACCOUNTING = {
    "inventory.view_purchase",
    "inventory.view_replenishment",
    "inventory.add_landed_cost",
    "inventory.view_cost",
    "inventory.export_goods",
    "orders.export_order",
    "web.view_books",
    "invoicing.issue_invoice",
    "invoicing.receive_payment",
    "invoicing.refund_payment",
    "shipping.reconcile_cod",
    "shipping.write_off_cod",
}
MANAGER = {
    "orders.share_view",
    "orders.merge_customer",
    "orders.view_bottlenecks",
    "orders.export_customer",
    "orders.change_tag",
    "orders.change_reason",
    "inventory.change_supplier",
    "inventory.change_purchase",
    "inventory.confirm_purchase",
    "inventory.accept_over_receipt",
    "inventory.change_product",
    "inventory.change_price",
    "inventory.change_warehouse",
    "inventory.change_box",
    "inventory.approve_count",
    "inventory.choose_costing",
    "channels_sync.connect_shop",
    "channels_sync.link_listing",
    "shipping.change_account",
    "shipping.change_cod",
    "invoicing.change_account",
    "web.view_health",
    "web.retry_job",
    "web.rebuild_books",
}
# Beyond the limits that are set for managers.
OWNER = {
    "inventory.approve_big_count",
    "orders.erase_customer",
    "accounts.change_user",
    "accounts.change_role",
    "web.view_audit",
}

ROLES: dict[str, frozenset[str]] = {
    "owner": frozenset(VIEW | SALES | WAREHOUSE | ACCOUNTING | MANAGER | OWNER),
    "manager": frozenset(VIEW | SALES | WAREHOUSE | ACCOUNTING | MANAGER),
    "sales": frozenset(VIEW | SALES),
    "warehouse": frozenset(
        {"web.view_dashboard", "orders.view_order", "inventory.view_product"}
        | {"web.view_alerts", "web.use_palette"}
        | {"inventory.view_stock", "shipping.view_package"}
        | WAREHOUSE
    ),
    "accountant": frozenset(VIEW | ACCOUNTING),
    "viewer": frozenset(VIEW),
}
