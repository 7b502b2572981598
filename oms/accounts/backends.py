"""Permissions come from the user's role: built in, or made by the owner."""

from django.contrib.auth.backends import ModelBackend
from django.db import DEFAULT_DB_ALIAS

from oms.accounts.models import User
from oms.accounts.permissions import permissions_of
from oms.kernel.sql import run

_NAMES = tuple(field.attname for field in User._meta.concrete_fields)
_USER = f"""
SELECT {", ".join(f'"{field.column}"' for field in User._meta.concrete_fields)}
FROM "{User._meta.db_table}" WHERE id = %(id)s::bigint
"""  # noqa: S608 (names of our own model)


class RoleBackend(ModelBackend):
    def get_user(self, user_id: int) -> User | None:
        """Asked by every request: a prepared statement, three times as fast as the manager's."""
        rows = run(_USER, {"id": user_id})
        user = User.from_db(DEFAULT_DB_ALIAS, _NAMES, rows[0]) if rows else None
        return user if user is not None and self.user_can_authenticate(user) else None

    def get_all_permissions(self, user_obj, obj=None) -> set[str]:
        if not user_obj.is_active or user_obj.is_anonymous:
            return set()
        return set(permissions_of(user_obj))

    def has_perm(self, user_obj, perm, obj=None) -> bool:
        if not user_obj.is_active or user_obj.is_anonymous:
            return False
        return perm in permissions_of(user_obj)
