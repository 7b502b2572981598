from django.apps import AppConfig


class EmbeddedConfig(AppConfig):
    name = "oms.embedded"
    label = "embedded"
