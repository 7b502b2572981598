"""Keys by which programs call the house in a user's name: made, seen used, taken back."""

import secrets
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from oms.accounts.models import ApiKey, User
from oms.accounts.services import guard
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.text import clean_line

NAME_LENGTH = 40
# A busy program would else write a row with every call.
SEEN_EVERY = timedelta(minutes=1)


def make_key(name: str, user_id: int, *, by: User) -> ApiKey:
    """A new key for the program `name`; its secret is shown once by who called this.

    Raises DomainError when a working key has that name (a name stands for one program, and its
    orders are told apart by it) or the name has a colon, and when the user may do more than who
    makes the key.
    """
    user = User.objects.get(pk=user_id, is_active=True)
    guard.may_change(by, user)
    clean = clean_line(name, NAME_LENGTH, field="name")
    if not clean:
        raise DomainError(_("Hãy đặt tên cho khóa."), code="key.name", field="name")
    if ":" in clean:
        # It ends the name in the request key of an order: "Web:1" and 5 would be "Web" and 1:5.
        raise DomainError(_("Tên khóa không được có dấu hai chấm."), code="key.name", field="name")
    try:
        with transaction.atomic():
            key = ApiKey.objects.create(
                name=clean,
                user=user,
                code=secrets.token_hex(8),
                secret=secrets.token_urlsafe(32),
                created_at=now(),
            )
            record_event("user.key_made", user, actor=Actor.user(by), data={"name": clean})
    except IntegrityError as taken:
        raise DomainError(
            _("Đã có khóa đang dùng mang tên này."), code="key.taken", field="name"
        ) from taken
    return key


@transaction.atomic
def revoke_key(key_id: int, *, by: User) -> ApiKey:
    """The key opens nothing any more. A repeat changes nothing.

    Raises DomainError when its user may do more than `by`.
    """
    key = ApiKey.objects.select_for_update().get(pk=key_id)
    guard.may_change(by, key.user)
    if key.revoked_at is None:
        key.revoked_at = now()
        key.save(update_fields=["revoked_at"])
        record_event("user.key_revoked", key.user, actor=Actor.user(by), data={"name": key.name})
    return key


def note_used(key: ApiKey) -> None:
    moment = now()
    if key.last_used_at is None or moment - key.last_used_at > SEEN_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=moment)
