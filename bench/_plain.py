"""A page of a list by Jinja2, without database and framework: what the server and a text cost."""

from jinja2 import Environment

COLUMNS = 10
ROWS = [[f"Ô số {row} của cột {column} <b>" for column in range(COLUMNS)] for row in range(50)]
PAGE = Environment(autoescape=True).from_string(
    """<!DOCTYPE html><html lang="vi"><head><title>{{ title }}</title></head><body><table>
{% for row in rows %}<tr>{% for text in row %}<td class="cell"><div>{{ text }}</div></td>
{% endfor %}</tr>{% endfor %}</table></body></html>"""
)


def application(environ, start_response):
    body = PAGE.render(title="Đơn", rows=ROWS).encode()
    head = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))]
    start_response("200 OK", head)
    return [body]
