"""Addresses of the shell."""

from django.urls import path

from oms.web.views import alerts, auth, books, health, home, palette, preferences, style

app_name = "web"
urlpatterns = [
    path("", home.home, name="home"),
    path("login/", auth.login, name="login"),
    path("logout/", auth.logout, name="logout"),
    path("palette/", palette.palette, name="palette"),
    path("theme/", preferences.theme, name="theme"),
    path("style/", style.style, name="style"),
    path("health/", health.health, name="health"),
    path("health/<str:kind>/<int:pk>/retry/", health.retry, name="retry"),
    path("jobs/<int:pk>/", health.job, name="job"),
    path("books/", books.page, name="books"),
    path("books/check/", books.check, name="books_check"),
    path("books/rebuild/", books.rebuild, name="books_rebuild"),
    path("alerts/", alerts.alert_list, name="alerts"),
]
