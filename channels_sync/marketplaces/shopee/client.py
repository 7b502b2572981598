"""Signed calls to Shopee Open Platform v2; knows the envelope and no business word."""

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import requests
from django.utils.translation import gettext as _

from channels_sync.marketplaces.shopee.errors import failure
from channels_sync.marketplaces.shopee.sign import sign_public, sign_shop
from channels_sync.ports import Access, Document
from oms.kernel import clock
from oms.kernel.errors import ServiceRefused, ServiceUnreachable
from oms.kernel.http import PartnerSession

Json = dict[str, Any]


def _seconds() -> int:
    return int(clock.now().timestamp())


class ShopeeClient:
    """Answers are the parsed JSON with Decimal in place of floats."""

    def __init__(
        self,
        http: PartnerSession,
        partner_id: int,
        partner_key: str,
        seconds: Callable[[], int] = _seconds,
    ) -> None:
        self.http = http
        self.partner_id = partner_id
        self.partner_key = partner_key
        self.seconds = seconds

    def public_post(self, path: str, body: Json) -> Json:
        """POST to an endpoint that belongs to no shop; its answer is flat."""
        timestamp = self.seconds()
        query = {
            "partner_id": self.partner_id,
            "timestamp": timestamp,
            "sign": sign_public(self.partner_id, self.partner_key, path, timestamp),
        }
        reply = self.http.post(path, json=body, params=query)
        return _read(reply, is_write=True)

    def public_upload(self, path: str, name: str, content: bytes) -> Json:
        """A picture in the multipart field `image`; the form is no part of the signature."""
        timestamp = self.seconds()
        query = {
            "partner_id": self.partner_id,
            "timestamp": timestamp,
            "sign": sign_public(self.partner_id, self.partner_key, path, timestamp),
        }
        files = {"image": (name, content, "image/jpeg")}
        reply = self.http.post(path, params=query, data={"scene": "normal"}, files=files)
        return _read(reply, is_write=True)

    def get(self, access: Access, path: str, query: Mapping[str, Any] | None = None) -> Json:
        asked = {**self._shop_query(access, path), **(query or {})}
        reply = self.http.get(path, params=asked, shop=access.remote_shop_id)
        return _read(reply, is_write=False)

    def post(self, access: Access, path: str, body: Json, *, reads_only: bool = False) -> Json:
        query, shop = self._shop_query(access, path), access.remote_shop_id
        reply = self.http.post(path, json=body, params=query, shop=shop, reads_only=reads_only)
        return _read(reply, is_write=not reads_only)

    def upload(
        self,
        access: Access,
        path: str,
        fields: Mapping[str, str],
        file: tuple[str, tuple[str, bytes, str]],
    ) -> Json:
        """A file beside its fields; neither is signed."""
        query, shop = self._shop_query(access, path), access.remote_shop_id
        reply = self.http.post(path, data=dict(fields), files=[file], params=query, shop=shop)
        return _read(reply, is_write=True)

    def download(self, access: Access, path: str, body: Json) -> Document:
        """A binary answer; a failure comes as the usual JSON instead."""
        query, shop = self._shop_query(access, path), access.remote_shop_id
        reply = self.http.post(path, json=body, params=query, shop=shop, reads_only=True)
        content_type = reply.headers.get("Content-Type", "").split(";")[0].strip().lower()
        if content_type == "application/json" or reply.content[:1] == b"{":
            _read(reply, is_write=False)
            raise ServiceRefused(_("Sàn không trả về tệp vận đơn"), code="no_document")
        if reply.status_code >= 400 or not reply.content:
            raise ServiceUnreachable(f"HTTP {reply.status_code}", maybe_done=False)
        return Document(reply.content, content_type or "application/octet-stream")

    def _shop_query(self, access: Access, path: str) -> Json:
        timestamp = self.seconds()
        sign = sign_shop(
            self.partner_id,
            self.partner_key,
            path,
            timestamp,
            token=access.token,
            shop_id=access.remote_shop_id,
        )
        return {
            "partner_id": self.partner_id,
            "timestamp": timestamp,
            "sign": sign,
            "access_token": access.token,
            "shop_id": int(access.remote_shop_id),
        }


def _read(reply: requests.Response, *, is_write: bool) -> Json:
    """The envelope of an answer; success is an empty `error`, whatever the HTTP status says."""
    try:
        body = json.loads(reply.content, parse_float=Decimal)
    except ValueError:
        body = None
    if not isinstance(body, dict) or "error" not in body:
        # An answer that cannot be read says nothing about what was done.
        raise ServiceUnreachable(
            f"HTTP {reply.status_code}: unreadable answer", maybe_done=is_write
        )
    name = str(body.get("error") or "")
    if name:
        raise failure(name, str(body.get("message") or ""), is_write=is_write, payload=body)
    if reply.status_code >= 400:
        raise ServiceUnreachable(f"HTTP {reply.status_code}", maybe_done=is_write)
    return body
