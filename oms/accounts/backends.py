"""Permissions come from the user's role: built in, or made by the owner."""

from django.contrib.auth.backends import ModelBackend

from oms.accounts.permissions import permissions_of


class RoleBackend(ModelBackend):
    def get_all_permissions(self, user_obj, obj=None) -> set[str]:
        if not user_obj.is_active or user_obj.is_anonymous:
            return set()
        return set(permissions_of(user_obj))

    def has_perm(self, user_obj, perm, obj=None) -> bool:
        if not user_obj.is_active or user_obj.is_anonymous:
            return False
        return perm in permissions_of(user_obj)
