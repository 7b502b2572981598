"""Permissions come from the user's role, not from rows."""

from django.contrib.auth.backends import ModelBackend

from oms.accounts.roles import ROLES


class RoleBackend(ModelBackend):
    def get_all_permissions(self, user_obj, obj=None) -> set[str]:
        if not user_obj.is_active or user_obj.is_anonymous:
            return set()
        return set(ROLES.get(user_obj.role, frozenset()))

    def has_perm(self, user_obj, perm, obj=None) -> bool:
        return perm in self.get_all_permissions(user_obj, obj)
