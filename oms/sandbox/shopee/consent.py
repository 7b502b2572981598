"""The page on which a seller agrees that the partner may manage a shop."""

from urllib.parse import urlencode

from oms.sandbox.core import Reply, Request
from oms.sandbox.core.consent_page import ConsentPage, sent_back
from oms.sandbox.core.numbers import whole_number
from oms.sandbox.shopee.access import PUBLIC, Access
from oms.sandbox.shopee.memory import Memory
from oms.sandbox.shopee.pushes import Pushes


class Consent:
    """Both generations of the consent link end on the same page."""

    def __init__(
        self, memory: Memory, access: Access, pushes: Pushes, domains: frozenset[str]
    ) -> None:
        """`domains` are the redirect domains the partner registered in its console."""
        self.memory, self.access, self.pushes = memory, access, pushes
        self.page = ConsentPage("Shopee", "#c2410c", "#f5f5f5", domains)

    def new_style(self, request: Request) -> Reply:
        """GET /auth: nothing is signed; who asks and where to return must be right."""
        if request.arg("auth_type", "seller") != "seller":
            return self.page.failed("auth_type phải là seller.")
        if request.arg("response_type", "code") != "code":
            return self.page.failed("response_type phải là code.")
        target, state = request.arg("redirect_uri"), request.arg("state")
        return self._ask(request.arg("partner_id"), target, state)

    def old_style(self, request: Request) -> Reply:
        """GET /api/v2/shop/auth_partner: a signed link that leads to the page."""
        self.access.check(request, PUBLIC)
        query = {"partner_id": request.arg("partner_id"), "redirect_uri": request.arg("redirect")}
        return Reply(302, headers={"Location": f"/auth?{urlencode(query)}"})

    def approve(self, request: Request) -> Reply:
        """The seller agreed: a code goes back to where the link came from."""
        form = request.form()
        target = form.get("redirect_uri", "")
        problem = self._problem(form.get("partner_id", ""), target)
        chosen = whole_number(form.get("shop_id", ""))
        shop = self.memory.shop(chosen) if chosen else None
        if problem or shop is None:
            return self.page.failed(problem or "Hãy chọn một gian hàng.")
        code, shop_id = self.authorise(shop["shop_id"]), str(shop["shop_id"])
        return sent_back(target, code=code, shop_id=shop_id, state=form.get("state", ""))

    def authorise(self, shop_id: int) -> str:
        """Link the shop, tell the partner, give the code."""
        self.access.link(shop_id)
        data = {
            "shop_id": shop_id,
            "shop_id_list": [shop_id],
            "merchant_id_list": [],
            "authorize_type": "shop authorization",
            "extra": "shop id " + str(shop_id),
        }
        self.pushes.send(1, data)
        return self.access.issue_code(shop_id)

    def _problem(self, partner_id: str, target: str) -> str:
        if partner_id != str(self.access.partner_id):
            return "partner_id không đúng."
        return self.page.target_problem(target)

    def _ask(self, partner_id: str, target: str, state: str) -> Reply:
        problem = self._problem(partner_id, target)
        if problem:
            return self.page.failed(problem)
        return self.page.form(
            partner_id,
            "/auth/approve",
            target,
            hidden={"partner_id": partner_id, "redirect_uri": target, "state": state},
            field="shop_id",
            choices=[
                (str(shop["shop_id"]), f"{shop['name']} ({shop['shop_id']})")
                for shop in self.memory.shops()
            ],
        )
