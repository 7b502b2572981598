"""The log-in form: Django's own, with our words and the limit on wrong passwords."""

import logging
from typing import Any

from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.utils.translation import gettext_lazy as _

from oms.accounts import throttle
from oms.accounts.services import lockouts
from oms.kernel.clients import client_network
from oms.kernel.fields import LineField

log = logging.getLogger(__name__)


class LoginForm(AuthenticationForm):
    username = UsernameField(
        label=_("Tên đăng nhập"),
        widget=forms.TextInput(attrs={"autofocus": True, "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("Mật khẩu"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    error_messages = {
        "invalid_login": _("Tên đăng nhập hoặc mật khẩu chưa đúng. Hãy thử lại."),
        "inactive": _("Tài khoản này đã ngừng hoạt động. Hãy hỏi chủ shop."),
    }

    def clean(self) -> dict[str, Any]:
        """Refuse before checking the password once the limit is reached."""
        username = self.cleaned_data.get("username", "")
        address = client_network(self.request) if self.request else ""
        if throttle.is_locked(username, address):
            raise forms.ValidationError(
                _("Sai quá nhiều lần. Hãy đợi 5 phút rồi thử lại."), code="locked"
            )
        try:
            cleaned = super().clean()
        except forms.ValidationError:
            if throttle.count_failure(username, address):
                lockouts.record_lockout(username, address)
            log.warning("login_refused address=%s", address)
            raise
        throttle.forget_failures(username, address)
        return cleaned


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Mã 6 số trong ứng dụng, hoặc mã dự phòng"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autofocus": True, "autocomplete": "one-time-code", "autocapitalize": "none"}
        ),
    )


class NewPasswordForm(forms.Form):
    """The rules for passwords are asked in the service."""

    password = forms.CharField(
        label=_("Mật khẩu mới"),
        strip=False,
        max_length=128,
        help_text=_("Ít nhất 8 ký tự, không toàn số, không phải mật khẩu ai cũng đoán ra."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("Gõ lại mật khẩu mới"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("password") and data.get("again") and data["password"] != data["again"]:
            self.add_error("again", _("Hai lần gõ không giống nhau."))
        return data


class PresentPasswordForm(forms.Form):
    """What an open screen alone may not do; guesses are counted for the user, from anywhere."""

    present = forms.CharField(
        label=_("Mật khẩu hiện tại"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, user: AbstractBaseUser, **options: Any) -> None:
        self.user = user
        super().__init__(*args, **options)

    def clean_present(self) -> str:
        typed, door = self.cleaned_data["present"], (f"present:{self.user.pk}", "")
        if throttle.is_locked(*door):
            raise forms.ValidationError(_("Sai quá nhiều lần. Hãy đợi 5 phút rồi thử lại."))
        if not self.user.check_password(typed):
            throttle.count_failure(*door)
            raise forms.ValidationError(_("Mật khẩu hiện tại chưa đúng."))
        throttle.forget_failures(*door)
        return str(typed)


class OwnPasswordForm(PresentPasswordForm, NewPasswordForm):
    field_order = ("present", "password", "again")


class PasskeyForm(PresentPasswordForm):
    name = LineField(
        label=_("Tên passkey"), limit=60, help_text=_("Để nhận ra máy, ví dụ: điện thoại của tôi.")
    )
    field_order = ("name", "present")
