"""Offers in a return, and proof: the seller's calls."""

from oms.sandbox.core import Reply
from oms.sandbox.core.market import Document
from oms.sandbox.shopee import negotiating
from oms.sandbox.shopee.access import SHOP
from oms.sandbox.shopee.calls_return import return_of
from oms.sandbox.shopee.desk import Call, Endpoint
from oms.sandbox.shopee.envelope import wrapped
from oms.sandbox.shopee.params import Body
from oms.sandbox.shopee.refusals import Refusal, bad_parameter

# No number is documented; more pictures than this are refused.
MOST_PHOTOS = 10


def get_available_solutions(call: Call) -> Reply:
    made = return_of(call, call.query.text("return_sn"))
    keys = {
        negotiating.GOODS_BACK: "offer_return_refund",
        negotiating.MONEY_ONLY: "offer_refund",
    }
    rows = {
        keys[name]: {
            "eligibility": can,
            "refund_amount_adjustable": can and least < most,
            "max_refund_amount": most if can else 0,
            "min_refund_amount": least if can else 0,
        }
        for name, (can, least, most) in negotiating.solutions(made).items()
    }
    return wrapped({"return_sn": made["return_sn"], **rows})


def offer(call: Call) -> Reply:
    """The seller names another solution; only where an amount may be chosen one is sent."""
    body = call.body()
    made = return_of(call, body.text("return_sn"))
    known = negotiating.solutions(made)
    name = body.text("proposed_solution")
    if name not in known:
        raise bad_parameter("Wrong parameters, detail: proposed_solution is invalid.")
    _may_talk(made)
    can, least, most = known[name]
    if not can:
        raise Refusal("error_negotiation_status", "The solution can not be offered now.")
    amount = _amount(body, most)
    if not least <= amount <= most:
        raise Refusal("err_data", "The refund amount is out of its bounds.")
    negotiating.offer(call.desk.returning, made, name, amount, negotiating.SELLER)
    return wrapped({"return_sn": made["return_sn"]})


def _may_talk(made: Document) -> None:
    if made["status"] in ("SELLER_DISPUTE", "JUDGING"):
        raise Refusal("error_ongoing_dispute", "There is an ongoing dispute.")
    if made["status"] not in negotiating.OFFERABLE:
        raise Refusal("error_return_status", "The return takes no offer in this status.")


def _amount(body: Body, most: int) -> int:
    given = body.values.get("proposed_adjusted_refund_amount", most)
    if isinstance(given, bool) or not isinstance(given, int | float) or given != int(given):
        raise bad_parameter("Wrong parameters, detail: the refund amount must be whole dong.")
    return int(given)


def accept_offer(call: Call) -> Reply:
    """The seller agrees to the buyer's last offer."""
    made = return_of(call, call.body().text("return_sn"))
    _may_talk(made)
    talk = negotiating.told(made, call.memory.now())["negotiation"]
    if talk["latest_offer_creator"] in ("", negotiating.SELLER):
        raise Refusal("error_no_buyer_offer", "There is no offer of the buyer.")
    if talk["negotiation_status"] != negotiating.OUR_TURN:
        raise Refusal("error_negotiation_status", "The offer is not open any more.")
    negotiating.settle(call.desk.returning, made)
    return wrapped({"return_sn": made["return_sn"]})


def upload_proof(call: Call) -> Reply:
    """Pictures that were made for this return, within the time for them."""
    body = call.body()
    made = return_of(call, body.text("return_sn"), "returnsn.illegal")
    photos = body.values.get("photo")
    if not isinstance(photos, list) or not photos:
        raise Refusal("no.proof", "There is no proof.")
    if len(photos) > MOST_PHOTOS:
        raise Refusal("number.error", "There are too many pictures.")
    rows = [Body(row, "photo") for row in photos]
    shown = [{"url": row.text("url"), "thumbnail": row.text("thumbnail")} for row in rows]
    if any(row["url"] not in made["images_made"] for row in shown):
        raise Refusal("format.unsupport", "The picture is not one of this return.")
    status = negotiating.proof_status(made, call.memory.now())
    if status != negotiating.PROOF_PENDING:
        raise Refusal("proof.overdue", "The proof can not be uploaded any more.")
    proof = {"image": shown, "video": [], "description": body.text("description", "")}
    call.desk.returning.move(made, made["status"], proof=proof)
    return wrapped({})


def query_proof(call: Call) -> Reply:
    made = return_of(call, call.query.text("return_sn"), "returnsn.illegal")
    if not made.get("proof"):
        raise Refusal("no.proof", "There is no proof.")
    return wrapped(made["proof"])


ENDPOINTS: list[tuple[str, str, str, Endpoint]] = [
    ("GET", "/api/v2/returns/get_available_solutions", SHOP, get_available_solutions),
    ("POST", "/api/v2/returns/offer", SHOP, offer),
    ("POST", "/api/v2/returns/accept_offer", SHOP, accept_offer),
    ("POST", "/api/v2/returns/upload_proof", SHOP, upload_proof),
    ("GET", "/api/v2/returns/query_proof", SHOP, query_proof),
]
