"""The page on which a seller agrees that the partner may manage a shop."""

from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from oms.sandbox.core import Reply, Request, html_reply
from oms.sandbox.shopee.access import PUBLIC, Access
from oms.sandbox.shopee.memory import Memory
from oms.sandbox.shopee.params import whole_number
from oms.sandbox.shopee.pushes import Pushes

_PAGE = """<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ margin: 0; background: #f5f5f5; color: #222; font: 16px/1.5 system-ui, sans-serif; }}
header {{ background: #c2410c; color: #fff; padding: 14px 24px; font-weight: 600; }}
main {{ max-width: 460px; margin: 40px auto; padding: 28px; background: #fff;
  border-radius: 10px; box-shadow: 0 2px 12px #0002; }}
h1 {{ font-size: 1.25rem; margin: 0 0 12px; }}
fieldset {{ border: 1px solid #ddd; border-radius: 8px; margin: 16px 0; padding: 8px 16px; }}
label {{ display: block; padding: 8px 0; }}
button {{ width: 100%; min-height: 46px; border: 0; border-radius: 8px; background: #c2410c;
  color: #fff; font: inherit; font-weight: 600; cursor: pointer; }}
small {{ color: #595959; }}
</style>
</head>
<body>
<header>Shopee · môi trường thử</header>
<main>{body}</main>
</body>
</html>"""

_FORM = """<h1>Cho phép ứng dụng {partner_id} quản lý gian hàng?</h1>
<p>Ứng dụng sẽ đọc đơn hàng, sắp xếp giao hàng và cập nhật tồn kho của gian hàng được chọn.</p>
<form method="post" action="/auth/approve">
<input type="hidden" name="partner_id" value="{partner_id}">
<input type="hidden" name="redirect_uri" value="{redirect_uri}">
<input type="hidden" name="state" value="{state}">
<fieldset><legend>Gian hàng</legend>{shops}</fieldset>
<button type="submit" name="approve" value="yes">Đồng ý ủy quyền</button>
</form>
<p><small>Quyền có hiệu lực 365 ngày. Sau khi đồng ý, bạn được đưa về {host}.</small></p>"""


def _page(title: str, body: str, status: int = 200) -> Reply:
    return html_reply(_PAGE.format(title=escape(title), body=body), status)


def _failed(text: str) -> Reply:
    return _page("Không thể ủy quyền", f"<h1>Không thể ủy quyền</h1><p>{escape(text)}</p>", 400)


class Consent:
    """Both generations of the consent link end on the same page."""

    def __init__(
        self, memory: Memory, access: Access, pushes: Pushes, domains: frozenset[str]
    ) -> None:
        """`domains` are the redirect domains the partner registered in its console."""
        self.memory, self.access, self.pushes, self.domains = memory, access, pushes, domains

    def new_style(self, request: Request) -> Reply:
        """GET /auth: nothing is signed; who asks and where to return must be right."""
        if request.arg("auth_type", "seller") != "seller":
            return _failed("auth_type phải là seller.")
        if request.arg("response_type", "code") != "code":
            return _failed("response_type phải là code.")
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
        target, state = form.get("redirect_uri", ""), form.get("state", "")
        problem = self._problem(form.get("partner_id", ""), target)
        chosen = whole_number(form.get("shop_id", ""))
        shop = self.memory.shop(chosen) if chosen else None
        if problem or shop is None:
            return _failed(problem or "Hãy chọn một gian hàng.")
        code = self.authorise(shop["shop_id"])
        parts = urlsplit(target)
        query = parse_qsl(parts.query, keep_blank_values=True)
        query += [("code", code), ("shop_id", str(shop["shop_id"]))]
        query += [("state", state)] if state else []
        return Reply(302, headers={"Location": urlunsplit(parts._replace(query=urlencode(query)))})

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
        parts = urlsplit(target)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return "redirect_uri không phải là một địa chỉ web."
        if parts.hostname not in self.domains:
            return "Tên miền của redirect_uri chưa được đăng ký cho ứng dụng này."
        return ""

    def _ask(self, partner_id: str, target: str, state: str) -> Reply:
        problem = self._problem(partner_id, target)
        if problem:
            return _failed(problem)
        shops = "".join(
            f'<label><input type="radio" name="shop_id" value="{shop["shop_id"]}"'
            f"{' checked' if at == 0 else ''}> {escape(shop['name'])} ({shop['shop_id']})</label>"
            for at, shop in enumerate(self.memory.shops())
        )
        body = _FORM.format(
            partner_id=escape(partner_id),
            redirect_uri=escape(target),
            state=escape(state),
            shops=shops,
            host=escape(urlsplit(target).netloc),
        )
        return _page("Ủy quyền gian hàng", body)
