"""The page on which a seller agrees that the app may manage the shop."""

from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from oms.sandbox.core import Reply, Request, html_reply
from oms.sandbox.lazada.access import Access
from oms.sandbox.lazada.memory import Memory
from oms.sandbox.lazada.params import whole_number

_PAGE = """<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ margin: 0; background: #f3f4fb; color: #222; font: 16px/1.5 system-ui, sans-serif; }}
header {{ background: #1a2fb4; color: #fff; padding: 14px 24px; font-weight: 600; }}
main {{ max-width: 460px; margin: 40px auto; padding: 28px; background: #fff;
  border-radius: 10px; box-shadow: 0 2px 12px #0002; }}
h1 {{ font-size: 1.25rem; margin: 0 0 12px; }}
fieldset {{ border: 1px solid #ddd; border-radius: 8px; margin: 16px 0; padding: 8px 16px; }}
label {{ display: block; padding: 8px 0; }}
button {{ width: 100%; min-height: 46px; border: 0; border-radius: 8px; background: #1a2fb4;
  color: #fff; font: inherit; font-weight: 600; cursor: pointer; }}
small {{ color: #595959; }}
</style>
</head>
<body>
<header>Lazada · môi trường thử</header>
<main>{body}</main>
</body>
</html>"""

_FORM = """<h1>Cho phép ứng dụng {client_id} quản lý gian hàng?</h1>
<p>Ứng dụng sẽ đọc đơn hàng, đóng gói và cập nhật tồn kho của gian hàng được chọn.</p>
<form method="post" action="/oauth/approve">
<input type="hidden" name="client_id" value="{client_id}">
<input type="hidden" name="redirect_uri" value="{redirect_uri}">
<input type="hidden" name="state" value="{state}">
<fieldset><legend>Gian hàng</legend>{sellers}</fieldset>
<button type="submit" name="approve" value="yes">Đồng ý ủy quyền</button>
</form>
<p><small>Sau khi đồng ý, bạn được đưa về {host}.</small></p>"""


def _page(title: str, body: str, status: int = 200) -> Reply:
    return html_reply(_PAGE.format(title=escape(title), body=body), status)


def _failed(text: str) -> Reply:
    return _page("Không thể ủy quyền", f"<h1>Không thể ủy quyền</h1><p>{escape(text)}</p>", 400)


class Consent:
    """GET /oauth/authorize and what follows from it."""

    def __init__(self, memory: Memory, access: Access, domains: frozenset[str]) -> None:
        """`domains` are the hosts of the callback address the app registered."""
        self.memory, self.access, self.domains = memory, access, domains

    def ask(self, request: Request) -> Reply:
        """Nothing is signed; who asks and where to return must be right."""
        if request.arg("response_type") != "code":
            return _failed("response_type phải là code.")
        client_id, target = request.arg("client_id"), request.arg("redirect_uri")
        problem = self._problem(client_id, target)
        if problem:
            return _failed(problem)
        sellers = "".join(
            f'<label><input type="radio" name="seller_id" value="{seller["seller_id"]}"'
            f"{' checked' if at == 0 else ''}> {escape(seller['name'])}"
            f" ({escape(seller['short_code'])})</label>"
            for at, seller in enumerate(self.memory.sellers())
        )
        body = _FORM.format(
            client_id=escape(client_id),
            redirect_uri=escape(target),
            state=escape(request.arg("state")),
            sellers=sellers,
            host=escape(urlsplit(target).netloc),
        )
        return _page("Ủy quyền gian hàng", body)

    def approve(self, request: Request) -> Reply:
        """The seller agreed: a code goes back to where the link came from."""
        form = request.form()
        target, state = form.get("redirect_uri", ""), form.get("state", "")
        problem = self._problem(form.get("client_id", ""), target)
        chosen = whole_number(form.get("seller_id", ""))
        seller = self.memory.seller(chosen) if chosen else None
        if problem or seller is None:
            return _failed(problem or "Hãy chọn một gian hàng.")
        parts = urlsplit(target)
        query = parse_qsl(parts.query, keep_blank_values=True)
        query.append(("code", self.authorise(seller["seller_id"])))
        query += [("state", state)] if state else []
        return Reply(302, headers={"Location": urlunsplit(parts._replace(query=urlencode(query)))})

    def authorise(self, seller_id: int) -> str:
        """Link the seller and give the code."""
        self.access.link(seller_id)
        return self.access.issue_code(seller_id)

    def _problem(self, client_id: str, target: str) -> str:
        if client_id != self.access.app_key:
            return "client_id không đúng."
        parts = urlsplit(target)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return "redirect_uri không phải là một địa chỉ web."
        if parts.hostname not in self.domains:
            return "redirect_uri không khớp địa chỉ đã đăng ký cho ứng dụng này."
        return ""
