"""The page on which a seller agrees that the app may manage the shop."""

from oms.sandbox.core import Reply, Request
from oms.sandbox.core.consent_page import ConsentPage, sent_back
from oms.sandbox.core.numbers import whole_number
from oms.sandbox.lazada.access import Access
from oms.sandbox.lazada.memory import Memory


class Consent:
    """GET /oauth/authorize and what follows from it."""

    def __init__(self, memory: Memory, access: Access, domains: frozenset[str]) -> None:
        """`domains` are the hosts of the callback address the app registered."""
        self.memory, self.access = memory, access
        self.page = ConsentPage("Lazada", "#1a2fb4", "#f3f4fb", domains)

    def ask(self, request: Request) -> Reply:
        """Nothing is signed; who asks and where to return must be right."""
        if request.arg("response_type") != "code":
            return self.page.failed("response_type phải là code.")
        client_id, target = request.arg("client_id"), request.arg("redirect_uri")
        problem = self._problem(client_id, target)
        if problem:
            return self.page.failed(problem)
        return self.page.form(
            client_id,
            "/oauth/approve",
            target,
            hidden={
                "client_id": client_id,
                "redirect_uri": target,
                "state": request.arg("state"),
            },
            field="seller_id",
            choices=[
                (str(seller["seller_id"]), f"{seller['name']} ({seller['short_code']})")
                for seller in self.memory.sellers()
            ],
        )

    def approve(self, request: Request) -> Reply:
        """The seller agreed: a code goes back to where the link came from."""
        form = request.form()
        target = form.get("redirect_uri", "")
        problem = self._problem(form.get("client_id", ""), target)
        chosen = whole_number(form.get("seller_id", ""))
        seller = self.memory.seller(chosen) if chosen else None
        if problem or seller is None:
            return self.page.failed(problem or "Hãy chọn một gian hàng.")
        code = self.authorise(seller["seller_id"])
        return sent_back(target, code=code, state=form.get("state", ""))

    def authorise(self, seller_id: int) -> str:
        """Link the seller and give the code."""
        self.access.link(seller_id)
        return self.access.issue_code(seller_id)

    def _problem(self, client_id: str, target: str) -> str:
        if client_id != self.access.app_key:
            return "client_id không đúng."
        return self.page.target_problem(target)
