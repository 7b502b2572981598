"""The first answer to a writing call, kept so that the same call is never done twice."""

from datetime import timedelta

from django.utils.translation import gettext as _

from oms.accounts.models import ApiAnswer, ApiKey
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.sql import run

KEPT = timedelta(days=1)

_CLAIM = """
INSERT INTO accounts_apianswer (api_key_id, name, digest, created_at)
VALUES (%(key)s, %(name)s, %(digest)s, %(now)s)
ON CONFLICT (api_key_id, name) DO UPDATE
    SET digest = excluded.digest, created_at = excluded.created_at, status = NULL, body = NULL
    WHERE accounts_apianswer.created_at < %(oldest)s
RETURNING id
"""


def claim(key: ApiKey, name: str, digest: str) -> tuple[ApiAnswer, bool]:
    """The row of this name, and whether it is ours to answer; else it holds the first answer.

    Belongs to the caller's transaction, in which the call is done and answered: the same call at
    the same time waits for its end. Raises DomainError when the name stands for another call.
    """
    moment = now()
    values = {"key": key.pk, "name": name, "digest": digest}
    made = run(_CLAIM, {**values, "now": moment, "oldest": moment - KEPT})
    row = ApiAnswer.objects.get(api_key=key, name=name)
    if not made and row.digest != digest:
        raise DomainError(
            _("Idempotency-Key này đã dùng cho một lời gọi khác; hãy đặt khóa mới."),
            code="api.key_reused",
            field="Idempotency-Key",
        )
    return row, bool(made)


def remove_old_answers() -> int:
    """Forget what is past its time; returns how many."""
    return ApiAnswer.objects.filter(created_at__lt=now() - KEPT).delete()[0]
