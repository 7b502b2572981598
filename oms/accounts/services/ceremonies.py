"""The two ceremonies of WebAuthn level 3, in the words of the library that checks them.

Imported when a passkey is used: the library takes a third of a second, which no start should pay.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from oms.accounts.models import Passkey, User
from oms.kernel.errors import DomainError

_VERIFIED = UserVerificationRequirement.REQUIRED


def to_make(
    user: User, *, handle: bytes, rp_id: str, rp_name: str, challenge: bytes, known: list[Passkey]
) -> dict[str, Any]:
    """Options of `navigator.credentials.create`: discoverable, verified, not one twice."""
    options = generate_registration_options(
        rp_id=rp_id,
        rp_name=rp_name,
        user_name=user.get_username(),
        user_display_name=user.get_full_name() or user.get_username(),
        user_id=handle,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_VERIFIED
        ),
        exclude_credentials=_descriptors(known),
    )
    return dict(json.loads(options_to_json(options)))


def to_open(*, rp_id: str, challenge: bytes, known: Iterable[Passkey]) -> dict[str, Any]:
    """Options of `navigator.credentials.get`; nothing known means any of this house."""
    options = generate_authentication_options(
        rp_id=rp_id,
        challenge=challenge,
        allow_credentials=_descriptors(known),
        user_verification=_VERIFIED,
    )
    return dict(json.loads(options_to_json(options)))


def check_made(answer: str, *, challenge: bytes, rp_id: str, origin: str) -> VerifiedRegistration:
    """Raises DomainError unless it answers this question, from this house, verified."""
    try:
        return verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=rp_id,
            expected_origin=origin,
            require_user_verification=True,
        )
    except WebAuthnException as error:
        raise refused() from error


def check_opened(
    answer: str, *, challenge: bytes, rp_id: str, origin: str, public_key: bytes
) -> VerifiedAuthentication:
    """The same with the signature of the key. Its counter is for the caller to compare: the
    library would look at it before the signature, and anybody could then cry thief.
    """
    try:
        return verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=rp_id,
            expected_origin=origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except WebAuthnException as error:
        raise refused() from error


def known_transports(said: Any) -> list[str]:
    """How the browser may reach it: hints of the standard's list."""
    known = {transport.value for transport in AuthenticatorTransport}
    return [word for word in said if word in known] if isinstance(said, list) else []


def refused() -> DomainError:
    return DomainError(_("Passkey này không mở được; hãy thử lại."), "passkey.refused")


def _descriptors(rows: Iterable[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=bytes(row.credential_id),
            transports=[AuthenticatorTransport(word) for word in row.transports] or None,
        )
        for row in rows
    ]
