"""Addresses of the order desk."""

from django.urls import path

from orders.views import actions, customer_people, customers, detail, entry, lists, lots

app_name = "orders"
urlpatterns = [
    path("orders/", lists.order_list, name="list"),
    path("orders/new/", entry.new_order, name="new"),
    path("orders/new/customer/", entry.customer_hint, name="customer_hint"),
    path("orders/new/goods/", entry.goods_hint, name="goods_hint"),
    path("orders/new/wards/", entry.ward_hint, name="ward_hint"),
    path("orders/<int:pk>/", detail.detail, name="detail"),
    path("orders/<int:pk>/confirm/", actions.confirm, name="confirm"),
    path("orders/<int:pk>/hold/", actions.hold, name="hold"),
    path("orders/<int:pk>/release/", actions.release, name="release"),
    path("orders/<int:pk>/cancel/", actions.cancel, name="cancel"),
    path("orders/<int:pk>/purchase/", actions.propose_purchase, name="propose_purchase"),
    path("orders/<int:pk>/notes/", actions.add_note, name="add_note"),
    path("orders/<int:pk>/lines/<int:line_id>/lot/", lots.choose, name="choose_lot"),
    path("orders/<int:pk>/lines/<int:line_id>/link/", actions.link_line, name="link_line"),
    path("orders/<int:pk>/problems/<slug:kind>/", actions.resolve, name="resolve_problem"),
    path("customers/", customers.customer_list, name="customer_list"),
    path("customers/new/", customers.customer_new, name="customer_new"),
    path("customers/export.xlsx", customers.customer_export, name="customer_export"),
    path("customers/groups/", customer_people.groups, name="customer_groups"),
    path(
        "customers/groups/<int:pk>/remove/",
        customer_people.remove_group,
        name="customer_group_remove",
    ),
    path("customers/<int:pk>/", customers.customer_detail, name="customer_detail"),
    path("customers/<int:pk>/edit/", customers.customer_edit, name="customer_edit"),
    path("customers/<int:pk>/risk/", customer_people.set_risk, name="customer_risk"),
    path("customers/<int:pk>/merge/", customer_people.merge, name="customer_merge"),
    path("customers/<int:pk>/data.json", customer_people.export_person, name="customer_data"),
    path("customers/<int:pk>/erase/", customer_people.erase, name="customer_erase"),
    path(
        "customers/merges/<int:pk>/undo/", customer_people.undo_merge, name="customer_merge_undo"
    ),
]
