"""Signatures of Shopee Open Platform v2 (guides "API calls" 16 and the push pages, May 2026)."""

import hashlib
import hmac


def _digest(partner_key: str, message: bytes) -> str:
    return hmac.new(partner_key.encode(), message, hashlib.sha256).hexdigest()


def sign_public(partner_id: int, partner_key: str, path: str, timestamp: int) -> str:
    return _digest(partner_key, f"{partner_id}{path}{timestamp}".encode())


def sign_shop(
    partner_id: int, partner_key: str, path: str, timestamp: int, *, token: str, shop_id: str
) -> str:
    base = f"{partner_id}{path}{timestamp}{token}{shop_id}"
    return _digest(partner_key, base.encode())


def sign_push(partner_key: str, callback_url: str, body: bytes) -> str:
    return _digest(partner_key, callback_url.encode() + b"|" + body)


def push_is_genuine(partner_key: str, callback_url: str, body: bytes, signature: str) -> bool:
    """Compare over the raw bytes in constant time; an empty key never passes."""
    if not partner_key:
        return False
    expected = sign_push(partner_key, callback_url, body)
    return hmac.compare_digest(expected.encode(), signature.strip().encode())
