"""The page on which a seller agrees; where to return to is registered, not asked for."""

from oms.sandbox.core import Reply, Request
from oms.sandbox.core.consent_page import ConsentPage, sent_back
from oms.sandbox.tiktok_shop.access import Access
from oms.sandbox.tiktok_shop.memory import Memory
from oms.sandbox.tiktok_shop.model import REGION

SERVICE_ID = "7400000000000000501"


class Consent:
    """GET /open/authorize and what follows from it."""

    def __init__(self, memory: Memory, access: Access, domains: frozenset[str]) -> None:
        self.memory, self.access = memory, access
        self.page = ConsentPage("TikTok Shop", "#121212", "#f5f5f5", domains)
        self.redirect_url = ""

    def register(self, url: str) -> None:
        """The redirect URL of the app, as its owner enters it in the partner centre."""
        problem = self.page.target_problem(url)
        if problem:
            raise ValueError(problem)
        self.redirect_url = url

    def ask(self, request: Request) -> Reply:
        """Nothing is signed; the service must be known and have somewhere to return to."""
        service_id = request.arg("service_id")
        problem = self._problem(service_id)
        if problem:
            return self.page.failed(problem)
        return self.page.form(
            service_id,
            "/open/approve",
            self.redirect_url,
            hidden={"service_id": service_id, "state": request.arg("state")},
            field="open_id",
            choices=[
                (account["open_id"], self._shown(account)) for account in self.memory.accounts()
            ],
        )

    def _shown(self, account: dict[str, str]) -> str:
        names = ", ".join(shop["name"] for shop in self.memory.shops_of(account["open_id"]))
        return f"{account['seller_name']} ({names})"

    def approve(self, request: Request) -> Reply:
        """The seller agreed: a code goes to the registered address."""
        form = request.form()
        problem = self._problem(form.get("service_id", ""))
        account = self.memory.account(form.get("open_id", ""))
        if problem or account is None:
            return self.page.failed(problem or "Hãy chọn một tài khoản.")
        return sent_back(
            self.redirect_url,
            app_key=self.access.app_key,
            code=self.authorise(account["open_id"]),
            locale="vi-VN",
            shop_region=REGION,
            state=form.get("state", ""),
        )

    def authorise(self, open_id: str) -> str:
        """Link the account and give the code."""
        self.access.link(open_id)
        return self.access.issue_code(open_id)

    def _problem(self, service_id: str) -> str:
        if service_id != SERVICE_ID:
            return "service_id không đúng."
        return "" if self.redirect_url else "Ứng dụng chưa đăng ký địa chỉ trở về."
