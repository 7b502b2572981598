"""Offers and proof in a return at Shopee (sheets "returns", guide 31, August 2026)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from channels_sync.marketplaces.shopee import mapping
from channels_sync.marketplaces.shopee.calls import ShopeeCalls
from channels_sync.ports import (
    Access,
    BuyerReturn,
    Evidence,
    Offer,
    Proof,
    ReturnState,
    Solution,
    Talk,
)
from channels_sync.ports.reading import told_vnd
from oms.kernel.errors import ServiceRefused

Json = Mapping[str, Any]
PREFIX = "/api/v2/returns"
# Guide 31, "NegotiationStatus" and "SellerProofStatus".
OUR_TURN, THEIR_TURN = "PENDING_RESPOND", "PENDING_BUYER_RESPOND"
PROOF_WANTED = "PENDING"
OFFERABLE = {ReturnState.REQUESTED, ReturnState.GOING}
# Solution, the key of its bounds, and whether the goods come back.
SOLUTIONS = (("RETURN_REFUND", "offer_return_refund", True), ("REFUND", "offer_refund", False))


class ShopeeNegotiation(ShopeeCalls):
    def solutions(self, access: Access, wish: BuyerReturn) -> Sequence[Solution]:
        path, query = f"{PREFIX}/get_available_solutions", {"return_sn": wish.remote_id}
        told = self.client.get(access, path, query)["response"]
        found = [
            _solution(code, goods_back, told.get(key) or {}) for code, key, goods_back in SOLUTIONS
        ]
        return [each for each in found if each is not None]

    def offer_solution(self, access: Access, wish: BuyerReturn, offer: Offer) -> None:
        """An amount is sent only where it may be chosen."""
        known = {each.code: each for each in self.solutions(access, wish)}
        chosen = known.get(offer.code)
        if chosen is None or not chosen.least_vnd <= offer.refund_vnd <= chosen.most_vnd:
            raise ServiceRefused(_("Sàn không còn nhận đề nghị này"), code="no_solution")
        body: dict[str, Any] = {"return_sn": wish.remote_id, "proposed_solution": offer.code}
        if chosen.least_vnd < chosen.most_vnd:
            body["proposed_adjusted_refund_amount"] = offer.refund_vnd
        self.client.post(access, f"{PREFIX}/offer", body)

    def accept_offer(self, access: Access, wish: BuyerReturn) -> None:
        self.client.post(access, f"{PREFIX}/accept_offer", {"return_sn": wish.remote_id})

    def proof_of(self, access: Access, wish: BuyerReturn) -> Proof:
        """Before anything was sent there is none, and Shopee says so with an error."""
        path, query = f"{PREFIX}/query_proof", {"return_sn": wish.remote_id}
        try:
            told = self.client.get(access, path, query)["response"]
        except ServiceRefused as refusal:
            if refusal.code != "no.proof":
                raise
            return Proof((), "")
        pictures = tuple(str(row["url"]) for row in told.get("image") or [])
        return Proof(pictures, str(told.get("description") or ""))

    def send_proof(
        self, access: Access, wish: BuyerReturn, text: str, pictures: Sequence[Evidence]
    ) -> None:
        photos = [self.convert_image(access, wish, picture) for picture in pictures]
        body = {"return_sn": wish.remote_id, "photo": photos, "description": text}
        self.client.post(access, f"{PREFIX}/upload_proof", body)

    def convert_image(self, access: Access, wish: BuyerReturn, picture: Evidence) -> dict[str, str]:
        """Its addresses, large and small; only such a picture may be shown."""
        told = self.client.upload(
            access,
            f"{PREFIX}/convert_image",
            {"return_sn": wish.remote_id},
            ("upload_image", (picture.name, picture.content, picture.content_type)),
        )["response"]
        return {"url": str(told["url"]), "thumbnail": str(told["thumbnail"])}


def _solution(code: str, goods_back: bool, told: Json) -> Solution | None:
    if not told.get("eligibility"):
        return None
    most = told_vnd(told.get("max_refund_amount"))
    least = (
        told_vnd(told.get("min_refund_amount")) if told.get("refund_amount_adjustable") else most
    )
    return Solution(code, goods_back, min(least, most), most)


def talk_of(told: Json, state: ReturnState) -> Talk:
    """Who named what last. A status that is not known lets us say nothing."""
    talk, proof = told.get("negotiation") or {}, told.get("seller_proof") or {}
    status = str(talk.get("negotiation_status") or "")
    named = talk.get("latest_offer_amount") if talk.get("latest_solution") else None
    wanted = proof.get("seller_proof_status") == PROOF_WANTED
    return Talk(
        may_offer=state in OFFERABLE and status in ("", OUR_TURN),
        may_take_offer=status == OUR_TURN and named is not None,
        offer_vnd=None if named is None else told_vnd(named),
        offer_until=mapping.moment(talk.get("offer_due_date")),
        may_prove=wanted,
        proof_until=mapping.moment(proof.get("seller_evidence_deadline")) if wanted else None,
    )


def waits_for_buyer(told: Json) -> bool:
    """Our offer is the last word."""
    return bool((told.get("negotiation") or {}).get("negotiation_status") == THEIR_TURN)
