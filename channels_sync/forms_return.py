"""Answers to a return of a marketplace: an objection, an offer, proof that is asked for."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels_sync.ports import Dispute, DisputeReason, Evidence, Offer, Solution, TakesReturns
from oms.kernel.errors import DomainError
from oms.kernel.fields import MoneyField
from oms.kernel.files import check_image
from oms.kernel.money import format_vnd

Files = MultiValueDict[str, UploadedFile]


class PicturesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """Several files; each is looked at by the form."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list) else [data]
        return [super(PicturesField, self).clean(file, initial) for file in given or [None]]


class EvidenceForm(forms.Form):
    """Words and pictures that the marketplace takes."""

    text = forms.CharField(
        label=_("Giải thích"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )
    pictures = PicturesField(label=_("Ảnh bằng chứng (JPG, PNG)"), widget=PicturesInput())

    def __init__(
        self,
        data: QueryDict | None = None,
        files: Files | None = None,
        *,
        taker: TakesReturns,
        **options: Any,
    ) -> None:
        super().__init__(data, files, **options)
        self.taker = taker
        limits = {
            "n": taker.evidence_most,
            "mb": max(taker.evidence_max_bytes // (1024 * 1024), 1),
        }
        self.fields["pictures"].help_text = gettext("Tối đa %(n)s ảnh, mỗi ảnh %(mb)s MB.") % limits

    def clean_pictures(self) -> list[Evidence]:
        given: list[UploadedFile] = self.cleaned_data["pictures"]
        if len(given) > self.taker.evidence_most:
            text = gettext("Sàn nhận tối đa %(n)s ảnh.")
            raise forms.ValidationError(text % {"n": self.taker.evidence_most})
        return [self._picture(file) for file in given]

    def _picture(self, file: UploadedFile) -> Evidence:
        try:
            kind = check_image(file, max_bytes=self.taker.evidence_max_bytes, field="pictures")
        except DomainError as refusal:
            raise forms.ValidationError(refusal.message, code=refusal.code) from refusal
        if kind not in ("JPEG", "PNG"):
            raise forms.ValidationError(gettext("Sàn chỉ nhận ảnh JPG hoặc PNG."))
        return Evidence(file.name or "picture", file.read(), f"image/{kind.lower()}")


class DisputeForm(EvidenceForm):
    """An objection in the marketplace's own reasons."""

    reason_code = forms.ChoiceField(label=_("Lý do khiếu nại"))
    email = forms.EmailField(label=_("Email để sàn liên hệ"), required=False)
    field_order = ("reason_code", "text", "email", "pictures")

    def __init__(
        self,
        data: QueryDict | None = None,
        files: Files | None = None,
        *,
        reasons: Sequence[DisputeReason],
        taker: TakesReturns,
        **options: Any,
    ) -> None:
        super().__init__(data, files, taker=taker, **options)
        choices = [(reason.code, reason.name) for reason in reasons]
        self.fields["reason_code"].choices = choices  # type: ignore[attr-defined]
        if taker.dispute_needs_email:
            self.fields["email"].required = True
        else:
            del self.fields["email"]

    def dispute(self) -> Dispute:
        """What is sent; only of a valid form."""
        return Dispute(
            reason_code=self.cleaned_data["reason_code"],
            text=self.cleaned_data["text"],
            email=self.cleaned_data.get("email", ""),
            pictures=tuple(self.cleaned_data["pictures"]),
        )


class OfferForm(forms.Form):
    """One of the solutions that the marketplace takes, and an amount within its bounds."""

    code = forms.ChoiceField(label=_("Đề nghị với khách"), widget=forms.RadioSelect)
    amount_vnd = MoneyField(label=_("Số tiền hoàn"))

    def __init__(
        self, data: QueryDict | None = None, *, solutions: Sequence[Solution], **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.solutions = {each.code: each for each in solutions}
        choices = [(each.code, _named(each)) for each in solutions]
        self.fields["code"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = dict(super().clean() or {})
        chosen, amount = self.solutions.get(cleaned.get("code", "")), cleaned.get("amount_vnd")
        if chosen is None or amount is None:
            return cleaned
        if not chosen.least_vnd <= amount <= chosen.most_vnd:
            told = {"least": format_vnd(chosen.least_vnd), "most": format_vnd(chosen.most_vnd)}
            text = gettext("Sàn nhận từ %(least)s đến %(most)s cho đề nghị này.")
            self.add_error("amount_vnd", text % told)
        return cleaned

    def offer(self) -> Offer:
        """What is sent; only of a valid form."""
        return Offer(self.cleaned_data["code"], self.cleaned_data["amount_vnd"])


def _named(solution: Solution) -> str:
    goods = (
        gettext("Trả hàng và hoàn tiền")
        if solution.wants_goods_back
        else gettext("Chỉ hoàn tiền, khách giữ hàng")
    )
    if solution.least_vnd == solution.most_vnd:
        return f"{goods}: {format_vnd(solution.most_vnd)}"
    return f"{goods}: {format_vnd(solution.least_vnd)} – {format_vnd(solution.most_vnd)}"
