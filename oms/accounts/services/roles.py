"""Roles that the owner makes, and what is asked of those who have one."""

from collections.abc import Collection
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from oms.accounts.models import Role, RolePolicy, User
from oms.accounts.permissions import every_permission, permissions_of_role, role_choices
from oms.accounts.services import guard
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.text import clean_line, fold


def save_role(role_id: int | None, name: str, permissions: Collection[str], *, by: User) -> Role:
    """Make or change a role. Raises DomainError when it would give more than `by` has."""
    clean = clean_line(name, 60, field="name")
    if not clean:
        raise DomainError(_("Thiếu tên vai trò."), code="role.name", field="name")
    if fold(clean) in {fold(str(label)) for label in User.Role.labels}:
        raise DomainError(_("Tên này là của vai trò có sẵn."), code="role.taken", field="name")
    wanted = sorted(set(permissions) & every_permission())
    try:
        return _save_role(role_id, clean, wanted, by)
    except IntegrityError as error:
        raise DomainError(_("Đã có vai trò tên này."), code="role.taken", field="name") from error


@transaction.atomic
def _save_role(role_id: int | None, name: str, permissions: list[str], by: User) -> Role:
    if role_id is None:
        role = Role(code=f"r{uuid4().hex[:12]}", created_at=now())
    else:
        role = Role.objects.select_for_update().get(pk=role_id)
    guard.may_grant(by, every_permission() & {*permissions, *role.permissions})
    data = {
        "name": name,
        "given": sorted(set(permissions) - set(role.permissions)),
        "taken": sorted(set(role.permissions) - set(permissions)),
    }
    role.name, role.name_folded, role.permissions = name, fold(name), permissions
    role.save()
    record_event("role.saved", role, actor=Actor.user(by), data=data)
    return role


@transaction.atomic
def remove_role(role_id: int, *, by: User) -> None:
    """Raises DomainError while somebody has it."""
    role = Role.objects.select_for_update().get(pk=role_id)
    guard.may_grant(by, permissions_of_role(role.code))
    count = User.objects.filter(role=role.code).count()
    if count:
        raise DomainError(
            _("Còn %(n)d người có vai trò này; hãy đổi vai trò của họ trước.") % {"n": count},
            code="role.in_use",
        )
    record_event("role.removed", role, actor=Actor.user(by), data={"name": role.name})
    RolePolicy.objects.filter(role=role.code).delete()
    role.delete()


@transaction.atomic
def ask_second_factor(role_code: str, needed: bool, *, by: User) -> None:
    """Whether everybody in this role must use a second factor, from the next log-in on.

    Raises DomainError for a role that may do more than `by`: he would weaken a stronger door.
    """
    if role_code not in dict(role_choices()):
        raise DomainError(_("Không có vai trò này."), code="user.role")
    guard.may_grant(by, permissions_of_role(role_code))
    policy, _made = RolePolicy.objects.select_for_update().get_or_create(role=role_code)
    if policy.needs_second_factor != needed:
        changes = {"needs_second_factor": [policy.needs_second_factor, needed]}
        policy.needs_second_factor = needed
        policy.save(update_fields=["needs_second_factor"])
        data = {"role": role_code, "changes": changes}
        record_event("role.second_factor", policy, actor=Actor.user(by), data=data)
