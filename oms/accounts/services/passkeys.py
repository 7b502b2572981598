"""Passkeys (WebAuthn level 3): made, asked for, taken once for each challenge, removed.

The caller keeps the challenge in the user's session and takes it out before it is answered.
"""

import json
import secrets
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from oms.accounts.models import Passkey, SecondFactor, User
from oms.accounts.services.second_factor import ISSUER, is_asked_for
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.text import clean_line

MOST_PER_USER = 20
DOOR = Actor.system("login")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the browser is asked, and the challenge that its answer must hold."""

    options: dict[str, Any]
    challenge: bytes


def origin() -> str:
    """Where people reach the house, as browsers write it."""
    parts = urlsplit(settings.OMS_PUBLIC_URL)
    return f"{parts.scheme}://{parts.netloc}"


def relying_party() -> str:
    return urlsplit(settings.OMS_PUBLIC_URL).hostname or ""


def are_possible() -> bool:
    """Browsers make them for names alone, and over https alone but for localhost."""
    host = relying_party()
    try:
        ip_address(host)
    except ValueError:
        return host == "localhost" or origin().startswith("https://")
    return False


def has_passkey(user: User) -> bool:
    return Passkey.objects.filter(user=user).exists()


def ask_to_register(user: User) -> Asked:
    """Options for a new one. Raises DomainError when the user has enough."""
    known = list(Passkey.objects.filter(user=user))
    if len(known) >= MOST_PER_USER:
        raise DomainError(
            _("Bạn đã có %(n)d passkey; hãy xóa bớt.") % {"n": len(known)}, "passkey.many"
        )
    challenge = secrets.token_bytes(32)
    options = _ceremonies().to_make(
        user,
        handle=_handle(user),
        rp_id=relying_party(),
        rp_name=ISSUER,
        challenge=challenge,
        known=known,
    )
    return Asked(options, challenge)


def register(user: User, answer: str, *, challenge: bytes, name: str) -> Passkey:
    """Keep the public half. Raises DomainError for an answer that does not fit, or a known one."""
    label = clean_line(name, 60, field="name") or _("Passkey")
    seen = _ceremonies().check_made(
        answer, challenge=challenge, rp_id=relying_party(), origin=origin()
    )
    try:
        return _keep(user, label, seen, _transports(answer))
    except IntegrityError as error:
        raise DomainError(_("Passkey này đã được đăng ký."), "passkey.known") from error


@transaction.atomic
def _keep(user: User, name: str, seen: Any, transports: list[str]) -> Passkey:
    row = Passkey.objects.create(
        user=user,
        name=name,
        credential_id=seen.credential_id,
        public_key=seen.credential_public_key,
        sign_count=seen.sign_count,
        transports=transports,
        created_at=now(),
    )
    record_event("user.passkey_added", user, actor=Actor.user(user), data={"name": name})
    return row


def ask_to_log_in(user: User | None = None) -> Asked:
    """Options for any passkey of this house, or for those of one user as his second factor."""
    known = Passkey.objects.filter(user=user) if user else ()
    challenge = secrets.token_bytes(32)
    options = _ceremonies().to_open(rp_id=relying_party(), challenge=challenge, known=known)
    return Asked(options, challenge)


def owner_of(answer: str) -> User | None:
    """Whose passkey answers, by what it says of itself; nothing is proved by that yet."""
    row = Passkey.objects.filter(credential_id=_credential_id(answer)).select_related("user")
    found = row.first()
    return found.user if found else None


def verify(answer: str, *, challenge: bytes, user: User | None = None) -> User:
    """The user who proved that he has the key, and verified himself to it.

    `user` is who must have it. Raises DomainError; a counter that did not go up is in the history.
    """
    row, regress = _check(answer, challenge, user)
    if regress:
        raise DomainError(
            _("Passkey này có dấu hiệu bị sao chép nên bị từ chối; hãy báo chủ shop."),
            "passkey.copied",
        )
    return row.user


@transaction.atomic
def _check(answer: str, challenge: bytes, user: User | None) -> tuple[Passkey, bool]:
    """The row, and whether its counter went back; the signature is right in both cases."""
    rows = Passkey.objects.select_for_update(of=("self",)).select_related("user")
    row = rows.filter(credential_id=_credential_id(answer), user__is_active=True).first()
    if row is None or (user is not None and row.user_id != user.pk):
        raise _refused()
    if not _says(answer, row.user, needed=user is None):
        raise _refused()
    seen = _ceremonies().check_opened(
        answer,
        challenge=challenge,
        rp_id=relying_party(),
        origin=origin(),
        public_key=bytes(row.public_key),
    )
    kept, heard = row.sign_count, seen.new_sign_count
    if (kept or heard) and heard <= kept:
        data = {"name": row.name, "kept": kept, "heard": heard}
        record_event("user.passkey_copied", row.user, actor=DOOR, data=data)
        return row, True
    row.sign_count, row.last_used_at = heard, now()
    row.save(update_fields=["sign_count", "last_used_at"])
    return row, False


@transaction.atomic
def remove(passkey_id: int, *, user: User, actor: Actor) -> None:
    """Raises DomainError for the last second factor of one whose role asks for it."""
    User.objects.select_for_update().get(pk=user.pk)
    row = Passkey.objects.get(pk=passkey_id, user=user)
    others = Passkey.objects.filter(user=user).exclude(pk=row.pk).exists()
    app = SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).exists()
    if is_asked_for(user) and not others and not app:
        raise DomainError(
            _("Vai trò của bạn bắt buộc có lớp bảo vệ thứ hai: hãy bật mã xác thực trước."),
            "passkey.needed",
        )
    row.delete()
    record_event("user.passkey_removed", user, actor=actor, data={"name": row.name})


@transaction.atomic
def remove_all(user: User, *, actor: Actor) -> None:
    """For who lost them. A repeat changes nothing."""
    for row in Passkey.objects.filter(user=user):
        row.delete()
        record_event("user.passkey_removed", user, actor=actor, data={"name": row.name})


def _handle(user: User) -> bytes:
    """What names the user inside his authenticator: stable, and nothing that tells who he is."""
    return salted_hmac("passkey-user", str(user.pk), algorithm="sha256").digest()


def _says(answer: str, user: User, *, needed: bool) -> bool:
    """The authenticator names the user it was made for; a passwordless log-in depends on it."""
    handle = _field(answer, "userHandle")
    if not handle:
        return not needed
    try:
        return constant_time_compare(from_base64url(handle), _handle(user))
    except ValueError:
        return False


def _credential_id(answer: str) -> bytes:
    try:
        parsed = json.loads(answer)
        return from_base64url(str(parsed["rawId"]))[:1023]
    except (ValueError, KeyError, TypeError) as error:
        raise _refused() from error


def _field(answer: str, name: str) -> str:
    try:
        value = json.loads(answer)["response"].get(name)
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
    return value if isinstance(value, str) else ""


def _ceremonies() -> Any:
    """What checks the answers; its library is loaded when the first passkey is used."""
    from oms.accounts.services import ceremonies

    return ceremonies


def _transports(answer: str) -> list[str]:
    said: list[str] = _ceremonies().known_transports(
        json.loads(answer)["response"].get("transports")
    )
    return said


def from_base64url(text: str) -> bytes:
    """Raises ValueError for what is none."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _refused() -> DomainError:
    refused: DomainError = _ceremonies().refused()
    return refused
