"""The log-in form: Django's own, with our words and the limit on wrong passwords."""

import logging
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.utils.translation import gettext_lazy as _

from oms.accounts import throttle
from oms.kernel.clients import client_address

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
        address = client_address(self.request) if self.request else ""
        if throttle.is_locked(username, address):
            raise forms.ValidationError(
                _("Sai quá nhiều lần. Hãy đợi 5 phút rồi thử lại."), code="locked"
            )
        try:
            cleaned = super().clean()
        except forms.ValidationError:
            throttle.count_failure(username, address)
            log.warning("login_refused address=%s", address)
            raise
        throttle.forget_failures(username, address)
        return cleaned
