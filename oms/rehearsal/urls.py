from django.urls import path

from oms.rehearsal import views

app_name = "rehearsal"
urlpatterns = [
    path("rehearsal/", views.page, name="page"),
    path("rehearsal/start/", views.start, name="start"),
    path("rehearsal/<int:pk>/", views.run, name="run"),
    path("rehearsal/<int:pk>/stop/", views.stop, name="stop"),
]
