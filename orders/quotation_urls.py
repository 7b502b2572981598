"""Addresses of quotations and recurring orders; part of the order desk's names."""

from django.urls import path

from orders.views import quotations, quote_answers, quote_entry, recurring, recurring_entry

urlpatterns = [
    path("quotations/", quotations.quotation_list, name="quotation_list"),
    path("quotations/new/", quote_entry.new, name="quotation_new"),
    path("quotations/<int:pk>/", quotations.quotation_detail, name="quotation_detail"),
    path("quotations/<int:pk>/edit/", quote_entry.edit, name="quotation_edit"),
    path("quotations/<int:pk>/paper/", quotations.paper, name="quotation_paper"),
    path("quotations/<int:pk>/send/", quotations.send, name="quotation_send"),
    path("quotations/<int:pk>/revise/", quotations.revise, name="quotation_revise"),
    path("quotations/<int:pk>/accept/", quotations.accept, name="quotation_accept"),
    path("quotations/<int:pk>/close/", quotations.close, name="quotation_close"),
    path("quotations/<int:pk>/convert/", quotations.convert, name="quotation_convert"),
    path("quotation/<str:token>/", quote_answers.quotation_answer, name="quotation_answer"),
    path(
        "quotation/<str:token>/paper/",
        quote_answers.quotation_answer_paper,
        name="quotation_answer_paper",
    ),
    path("recurring/", recurring.recurring_list, name="recurring_list"),
    path("recurring/new/", recurring_entry.new, name="recurring_new"),
    path("recurring/<int:pk>/", recurring.recurring_detail, name="recurring_detail"),
    path("recurring/<int:pk>/edit/", recurring_entry.edit, name="recurring_edit"),
    path("recurring/<int:pk>/pause/", recurring.pause, name="recurring_pause"),
    path("recurring/<int:pk>/resume/", recurring.resume, name="recurring_resume"),
    path("recurring/<int:pk>/skip/", recurring.skip, name="recurring_skip"),
    path("recurring/<int:pk>/end/", recurring.end, name="recurring_end"),
    path(
        "recurring/<int:pk>/runs/<int:run_id>/retry/", recurring.retry_run, name="recurring_retry"
    ),
    path(
        "recurring/<int:pk>/runs/<int:run_id>/leave-out/",
        recurring.leave_out_run,
        name="recurring_leave_out",
    ),
]
