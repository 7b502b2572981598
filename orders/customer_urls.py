"""Addresses of customers and of the report on stages; part of the order desk's names."""

from django.urls import path

from orders.views import bottlenecks, customer_entry, customer_people, customers

urlpatterns = [
    path("reports/stages/", bottlenecks.page, name="bottlenecks"),
    path("reports/stages.csv", bottlenecks.export, name="bottlenecks_csv"),
    path("customers/", customers.customer_list, name="customer_list"),
    path("customers/new/", customer_entry.customer_new, name="customer_new"),
    path("customers/export.xlsx", customers.customer_export, name="customer_export"),
    path("customers/groups/", customer_people.groups, name="customer_groups"),
    path(
        "customers/groups/<int:pk>/remove/",
        customer_people.remove_group,
        name="customer_group_remove",
    ),
    path("customers/<int:pk>/", customers.customer_detail, name="customer_detail"),
    path("customers/<int:pk>/edit/", customer_entry.customer_edit, name="customer_edit"),
    path("customers/<int:pk>/risk/", customer_people.set_risk, name="customer_risk"),
    path("customers/<int:pk>/terms/", customer_people.set_terms, name="customer_terms"),
    path(
        "customers/groups/<int:pk>/terms/",
        customer_people.set_group_terms,
        name="customer_group_terms",
    ),
    path("customers/<int:pk>/merge/", customer_people.merge, name="customer_merge"),
    path("customers/<int:pk>/data.json", customer_people.export_person, name="customer_data"),
    path("customers/<int:pk>/erase/", customer_people.erase, name="customer_erase"),
    path("customers/merges/<int:pk>/undo/", customer_people.undo_merge, name="customer_merge_undo"),
]
