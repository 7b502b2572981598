from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class KernelConfig(AppConfig):
    name = "oms.kernel"

    def ready(self) -> None:
        """Every app's handlers.py registers what it does when it hears of an event."""
        autodiscover_modules("handlers")
