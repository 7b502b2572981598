"""The page on the first port: which partners run, where, and how to steer them."""

from html import escape

from oms.sandbox.core import ControlError, Partner, Reply, Request, asked, html_reply, json_reply
from oms.sandbox.core.faults import CALL_FAULTS, DELAY, WEBHOOK_FAULTS
from oms.sandbox.traffic import FAULTS, TrafficDesk
from oms.sandbox.traffic.doors import DIALECTS

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Sandbox</title></head><body>
<h1>Sandbox partners</h1>
<table border="1" cellpadding="6">
<tr><th>Partner</th><th>Address</th><th>Control</th></tr>{rows}</table>
<h2>Control API (on every partner's port)</h2>
<pre>
GET    /_sandbox/                 what this partner can do
GET    /_sandbox/credentials      keys, accounts and shops
GET    /_sandbox/calls?limit=&amp;path=   calls received, newest first
POST   /_sandbox/faults           {{"kind", "path": "*", "times": 1, "seconds": 0, "status": 500}}
GET    /_sandbox/faults           DELETE takes all of them away
GET    /_sandbox/callbacks        POST {{"url", "scope": "*"}}
GET    /_sandbox/webhooks         messages sent and the answers they got
GET    /_sandbox/state?collection=
POST   /_sandbox/clock            {{"advance": seconds}}
POST   /_sandbox/reset            back to the first day
</pre>
<h2>Traffic (on this port)</h2>
<pre>
POST   /traffic    {{"orders": 100, "rate": 20, "faults": [{traffic}], "seed": 0}}
GET    /traffic    whether it runs, and what was sold    DELETE stops it
</pre>
<p>Faults: {faults}</p></body></html>"""


class IndexPage:
    """Handler of the index server."""

    def __init__(self, partners: list[Partner]) -> None:
        self.partners = partners
        self.traffic = TrafficDesk(self.doors)

    def doors(self) -> dict[str, str]:
        """The marketplaces that run here."""
        return {p.name: p.base_url for p in self.partners if p.name in DIALECTS}

    def handle(self, request: Request) -> Reply:
        if request.path == "/":
            return html_reply(self.page())
        if request.path == "/credentials":
            return json_reply({partner.name: partner.credentials() for partner in self.partners})
        if request.path == "/traffic":
            return self._traffic(request)
        return json_reply({"error": "not found"}, 404)

    def _traffic(self, request: Request) -> Reply:
        try:
            if request.method == "POST":
                return json_reply(self.traffic.start(asked(request)))
            if request.method == "DELETE":
                return json_reply(self.traffic.stop())
        except (ControlError, ValueError, TypeError) as mistake:
            return json_reply({"error": str(mistake)}, 400)
        return json_reply(self.traffic.told())

    def page(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(partner.title)}</td><td>{escape(partner.base_url)}</td>"
            f'<td><a href="{escape(partner.base_url)}/_sandbox/">/_sandbox/</a></td></tr>'
            for partner in self.partners
        )
        return _PAGE.format(
            rows=rows,
            faults=", ".join((DELAY, *CALL_FAULTS, *WEBHOOK_FAULTS)),
            traffic=", ".join(f'"{fault}"' for fault in FAULTS),
        )
