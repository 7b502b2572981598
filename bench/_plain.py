"""A page of a list without database and framework: what the server and plain text cost."""

from html import escape

COLUMNS = 10
ROWS = [[f"Ô số {row} của cột {column} <b>" for column in range(COLUMNS)] for row in range(50)]
HEAD = "<!DOCTYPE html><html lang=vi><head><title>Đơn</title></head><body><table>"


def page() -> bytes:
    """Fifty rows of ten escaped cells each, as a compiled template would join them."""
    parts = [HEAD]
    for row in ROWS:
        cells = "".join(f'<td class="cell"><div>{escape(text)}</div></td>' for text in row)
        parts.append(f"<tr>{cells}</tr>")
    return "".join([*parts, "</table></body></html>"]).encode()


def application(environ, start_response):
    body = page()
    head = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))]
    start_response("200 OK", head)
    return [body]
