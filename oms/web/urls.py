"""Addresses of the shell."""

from django.urls import path

from oms.web.views import auth, preferences, style

app_name = "web"
urlpatterns = [
    path("login/", auth.login, name="login"),
    path("logout/", auth.logout, name="logout"),
    path("theme/", preferences.theme, name="theme"),
    path("style/", style.style, name="style"),
]
