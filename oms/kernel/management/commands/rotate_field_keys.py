"""Write every encrypted value again with the first of FIELD_KEYS."""

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import transaction

from oms.kernel.crypto import EncryptedJSONField, EncryptedTextField


class Command(BaseCommand):
    help = "Re-encrypt all stored secrets with the first key; the old key can then be removed."

    def handle(self, *args: Any, **options: Any) -> None:
        for model in apps.get_models():
            names = [
                f.name
                for f in model._meta.get_fields()
                if isinstance(f, EncryptedTextField | EncryptedJSONField)
            ]
            if names:
                self.stdout.write(f"{model._meta.label}: {self.rotate(model, names)}")

    def rotate(self, model: Any, names: list[str]) -> int:
        count = 0
        for key in list(model._default_manager.values_list("pk", flat=True)):
            with transaction.atomic():
                row = model._default_manager.select_for_update().get(pk=key)
                row.save(update_fields=names)
            count += 1
        return count
