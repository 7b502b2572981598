"""Addresses of what changes an order, and of what waits for somebody to do so."""

from django.urls import path

from orders.views import actions, attention, edit, marks, notes, promises, reasons, splitting

urlpatterns = [
    path("orders/tags/", marks.tag_list, name="tag_list"),
    path("orders/tags/<int:pk>/", marks.tag_list, name="tag_edit"),
    path("orders/special/", marks.special, name="special"),
    path("orders/attention/", attention.queue, name="attention"),
    path("orders/reasons/", reasons.reason_list, name="reason_list"),
    path("orders/reasons/<int:pk>/", reasons.reason_list, name="reason_edit"),
    path("orders/rules/", reasons.rule, name="rule"),
    path("orders/<int:pk>/notes/", notes.add, name="add_note"),
    path("orders/<int:pk>/files/<int:file_id>/", notes.file, name="note_file"),
    path("orders/<int:pk>/promises/", promises.promise_list, name="promises"),
    path("orders/<int:pk>/promises/<int:line_id>/", promises.promise, name="promise"),
    path("orders/<int:pk>/edit/", edit.edit, name="edit"),
    path("orders/<int:pk>/split/", splitting.split, name="split"),
    path("orders/<int:pk>/merge/", splitting.merge, name="merge"),
    path("orders/<int:pk>/customer/", actions.reassign, name="reassign"),
    path("orders/<int:pk>/marks/", marks.save_marks, name="marks"),
]
