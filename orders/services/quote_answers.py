"""What the buyer says to a quotation, through his link or through a member of staff."""

from dataclasses import dataclass

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.clock import local, now, today
from oms.kernel.errors import DomainError
from oms.kernel.text import clean_line
from orders.models import Quotation, QuotationVersion
from orders.services.quoting import lock_quotation, move_quotation
from orders.states import QUOTATION_FLOW

Status, Answer = Quotation.Status, QuotationVersion.Answer
SALT = "orders.quotation"


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a version can be answered now, and the sentence that says why not."""

    code: str
    message: str = ""

    @property
    def is_open(self) -> bool:
        return self.code == "open"


def token_of(version: QuotationVersion) -> str:
    """What the link carries: the version's id, signed, and nothing else."""
    return signing.Signer(salt=SALT).sign(str(version.pk))


def path_of(version: QuotationVersion) -> str:
    """Where the buyer reads and answers this version."""
    return reverse("orders:quotation_answer", args=[token_of(version)])


def paper_path_of(version: QuotationVersion) -> str:
    """Where the buyer finds this version as PDF."""
    return reverse("orders:quotation_answer_paper", args=[token_of(version)])


def version_of(token: str) -> QuotationVersion | None:
    """The version of a link that is ours; it was sent, whatever became of it since."""
    try:
        key = signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature:
        return None
    rows = QuotationVersion.objects.select_related("quotation__order")
    return rows.filter(pk=key, sent_at__isnull=False).first()


def standing_of(version: QuotationVersion, quotation: Quotation) -> Standing:
    """The same judgement for the page, for the press of its button and for a late one."""
    if version.pk != quotation.current_id:
        return Standing(
            "superseded",
            _("Bản báo giá này đã được thay bằng bản mới; xin hãy xem liên kết mới nhất."),
        )
    if quotation.status == Status.DECLINED:
        return Standing("declined", _("Báo giá này đã được từ chối và không còn hiệu lực."))
    if version.answer == Answer.ACCEPTED:
        at = version.answered_at
        told = {
            "name": version.answered_by,
            "at": local(at).strftime("%H:%M %d/%m/%Y") if at else "",
        }
        return Standing("accepted", _("%(name)s đã đồng ý báo giá này lúc %(at)s.") % told)
    if quotation.status == Status.EXPIRED or version.valid_until < today():
        return Standing(
            "expired",
            _("Báo giá đã hết hạn ngày %s; xin hãy liên hệ để nhận báo giá mới.")
            % version.valid_until.strftime("%d/%m/%Y"),
        )
    return Standing("open")


@transaction.atomic
def accept_quotation(
    version_id: int, *, name: str, actor: Actor, ip: str | None = None
) -> Quotation:
    """The buyer agrees to exactly this version.

    Raises DomainError with a sentence for him when it was answered, replaced or has run out.
    """
    quotation, version = _lock_version(version_id)
    clean = clean_line(name, 150, field="name")
    if len(clean) < 2:
        raise DomainError(_("Hãy ghi tên người đồng ý."), code="quotation.name", field="name")
    _refuse_unless_open(version, quotation)
    _write_answer(version, Answer.ACCEPTED, clean, ip)
    data = {"text": clean, "version": version.number}
    move_quotation(quotation, Status.ACCEPTED, "quotation.accepted", data, actor=actor)
    return quotation


@transaction.atomic
def decline_version(
    version_id: int, *, reason: str, actor: Actor, ip: str | None = None
) -> Quotation:
    """The buyer does not want this version; the reason is his own. Raises as for accepting."""
    quotation, version = _lock_version(version_id)
    _refuse_unless_open(version, quotation)
    return _decline(quotation, reason, actor=actor, ip=ip)


@transaction.atomic
def close_quotation(quotation_id: int, *, reason: str, actor: Actor) -> Quotation:
    """We heard "no", or give the offer up ourselves. A repeat changes nothing."""
    quotation = lock_quotation(quotation_id)
    if quotation.status == Status.DECLINED:
        return quotation
    return _decline(quotation, reason, actor=actor, ip=None)


def _decline(quotation: Quotation, reason: str, *, actor: Actor, ip: str | None) -> Quotation:
    QUOTATION_FLOW.check(quotation.status, Status.DECLINED)
    clean = clean_line(reason, 500, field="reason")
    if not clean:
        raise DomainError(_("Hãy ghi lý do."), code="quotation.reason", field="reason")
    version = quotation.newest
    version.decline_reason = clean
    if version.answer == Answer.NONE:
        _write_answer(version, Answer.DECLINED, actor.label, ip)
    else:  # that it had been accepted stays on the record
        version.save(update_fields=["decline_reason"])
    data = {"reason": clean, "version": version.number}
    move_quotation(quotation, Status.DECLINED, "quotation.declined", data, actor=actor)
    return quotation


def _lock_version(version_id: int) -> tuple[Quotation, QuotationVersion]:
    quotation_id = QuotationVersion.objects.values_list("quotation_id", flat=True).get(
        pk=version_id
    )
    quotation = lock_quotation(quotation_id)
    return quotation, QuotationVersion.objects.get(pk=version_id)


def _refuse_unless_open(version: QuotationVersion, quotation: Quotation) -> None:
    standing = standing_of(version, quotation)
    if not standing.is_open:
        raise DomainError(standing.message, code=f"quotation.{standing.code}")
    if version.sent_at is None:
        raise DomainError(_("Báo giá này chưa được gửi."), code="quotation.not_sent")


def _write_answer(version: QuotationVersion, answer: str, name: str, ip: str | None) -> None:
    version.answer, version.answered_at = answer, now()
    version.answered_by, version.answered_ip = name, ip
    version.save(
        update_fields=["answer", "answered_at", "answered_by", "answered_ip", "decline_reason"]
    )
