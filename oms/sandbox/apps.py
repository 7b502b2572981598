"""Makes `manage.py sandbox` known; the servers themselves know nothing of Django."""

from django.apps import AppConfig


class SandboxConfig(AppConfig):
    name = "oms.sandbox"
    label = "sandbox"
    verbose_name = "Sandbox partners"
