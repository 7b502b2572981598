from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "oms.web"

    def ready(self) -> None:
        """The last app to load: everything it joins is importable now."""
        from oms.wiring import wire

        wire()
