"""The page on which a seller agrees, in the colours of the marketplace, and the way back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from oms.sandbox.core.messages import Reply, html_reply

_PAGE = """<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ margin: 0; background: {paper}; color: #222; font: 16px/1.5 system-ui, sans-serif; }}
header {{ background: {colour}; color: #fff; padding: 14px 24px; font-weight: 600; }}
main {{ max-width: 460px; margin: 40px auto; padding: 28px; background: #fff;
  border-radius: 10px; box-shadow: 0 2px 12px #0002; }}
h1 {{ font-size: 1.25rem; margin: 0 0 12px; }}
fieldset {{ border: 1px solid #ddd; border-radius: 8px; margin: 16px 0; padding: 8px 16px; }}
label {{ display: block; padding: 8px 0; }}
button {{ width: 100%; min-height: 46px; border: 0; border-radius: 8px; background: {colour};
  color: #fff; font: inherit; font-weight: 600; cursor: pointer; }}
small {{ color: #595959; }}
</style>
</head>
<body>
<header>{brand} · môi trường thử</header>
<main>{body}</main>
</body>
</html>"""

_FORM = """<h1>Cho phép ứng dụng {app} quản lý gian hàng?</h1>
<p>Ứng dụng sẽ đọc đơn hàng, sắp xếp giao hàng và cập nhật tồn kho của gian hàng được chọn.</p>
<form method="post" action="{action}">
{hidden}
<fieldset><legend>Gian hàng</legend>{choices}</fieldset>
<button type="submit" name="approve" value="yes">Đồng ý ủy quyền</button>
</form>
<p><small>Sau khi đồng ý, bạn được đưa về {host}.</small></p>"""


@dataclass(frozen=True)
class ConsentPage:
    """One marketplace's page; `domains` are the hosts to which its apps may return."""

    brand: str
    colour: str
    paper: str
    domains: frozenset[str]

    def failed(self, text: str) -> Reply:
        body = f"<h1>Không thể ủy quyền</h1><p>{escape(text)}</p>"
        return self._page("Không thể ủy quyền", body, 400)

    def form(
        self,
        app: str,
        action: str,
        target: str,
        *,
        hidden: Mapping[str, str],
        field: str,
        choices: Iterable[tuple[str, str]],
    ) -> Reply:
        """Ask which shop; the first one is chosen. `choices` are values and texts of `field`."""
        inputs = "\n".join(
            f'<input type="hidden" name="{name}" value="{escape(value)}">'
            for name, value in hidden.items()
        )
        radios = "".join(
            f'<label><input type="radio" name="{field}" value="{escape(value)}"'
            f"{' checked' if at == 0 else ''}> {escape(text)}</label>"
            for at, (value, text) in enumerate(choices)
        )
        body = _FORM.format(
            app=escape(app),
            action=action,
            hidden=inputs,
            choices=radios,
            host=escape(urlsplit(target).netloc),
        )
        return self._page("Ủy quyền gian hàng", body, 200)

    def target_problem(self, target: str) -> str:
        """Why the seller cannot be sent back to this address; empty when nothing is wrong."""
        parts = urlsplit(target)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return "redirect_uri không phải là một địa chỉ web."
        if parts.hostname not in self.domains:
            return "Tên miền của redirect_uri chưa được đăng ký cho ứng dụng này."
        return ""

    def _page(self, title: str, body: str, status: int) -> Reply:
        page = _PAGE.format(
            title=escape(title),
            brand=escape(self.brand),
            colour=self.colour,
            paper=self.paper,
            body=body,
        )
        return html_reply(page, status)


def sent_back(target: str, **query: str) -> Reply:
    """The redirect to where the app wants the seller, with what it is told; empty is left out."""
    parts = urlsplit(target)
    told = [*parse_qsl(parts.query, keep_blank_values=True)]
    told += [(name, value) for name, value in query.items() if value]
    return Reply(302, headers={"Location": urlunsplit(parts._replace(query=urlencode(told)))})
