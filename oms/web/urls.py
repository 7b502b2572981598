"""Addresses of the shell."""

from django.urls import path

from oms.web.views import auth, health, home, preferences, style

app_name = "web"
urlpatterns = [
    path("", home.home, name="home"),
    path("login/", auth.login, name="login"),
    path("logout/", auth.logout, name="logout"),
    path("theme/", preferences.theme, name="theme"),
    path("style/", style.style, name="style"),
    path("health/", health.health, name="health"),
    path("health/<str:kind>/<int:pk>/retry/", health.retry, name="retry"),
    path("jobs/<int:pk>/", health.job, name="job"),
]
