"""Addresses of the order desk."""

from django.urls import path

from orders import (
    bulk_urls,
    change_urls,
    customer_urls,
    entry_urls,
    quotation_urls,
    rate_urls,
    return_urls,
)
from orders.views import actions, detail, lists, live, lots, panel, saved

app_name = "orders"
urlpatterns = [
    path("orders/", lists.order_list, name="list"),
    path("orders/filters/", lists.filter_form, name="filters"),
    path("orders/codes/", lists.find_codes, name="codes"),
    path("orders/live/", live.news, name="news"),
    path("orders/<int:pk>/presence/", live.presence, name="presence"),
    path("orders/columns/", saved.columns, name="columns"),
    path("orders/views/", saved.view_list, name="view_list"),
    path("orders/views/new/", saved.new_view, name="view_new"),
    path("orders/views/<int:pk>/", saved.change, name="view_change"),
    path("orders/views/<int:pk>/query/", saved.renew, name="view_renew"),
    path("orders/views/<int:pk>/move/", saved.move, name="view_move"),
    path("orders/views/<int:pk>/delete/", saved.delete, name="view_delete"),
    path("orders/<int:pk>/", detail.detail, name="detail"),
    path("orders/<int:pk>/act/<slug:code>/", actions.act, name="act"),
    path("orders/<int:pk>/panel/", panel.panel, name="panel"),
    path("orders/<int:pk>/lines/<int:line_id>/lot/", lots.choose, name="choose_lot"),
    path("orders/<int:pk>/lines/<int:line_id>/link/", actions.link_line, name="link_line"),
    path("orders/<int:pk>/problems/<slug:kind>/", actions.resolve, name="resolve_problem"),
]
urlpatterns += bulk_urls.urlpatterns + change_urls.urlpatterns
urlpatterns += customer_urls.urlpatterns + entry_urls.urlpatterns + rate_urls.urlpatterns
urlpatterns += quotation_urls.urlpatterns + return_urls.urlpatterns
