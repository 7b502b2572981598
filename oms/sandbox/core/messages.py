"""What goes in and out of a partner: requests, replies, routes and refusals."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qs


@dataclass
class Upload:
    """One file of a multipart form."""

    name: str
    filename: str
    content_type: str
    content: bytes


@dataclass
class Request:
    """One call as it came over the wire. Header names are in lower case."""

    method: str
    path: str
    query: dict[str, list[str]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    target: str = ""
    params: dict[str, str] = field(default_factory=dict)

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    def arg(self, name: str, default: str = "") -> str:
        """The first value of a query parameter."""
        return self.query.get(name, [default])[0]

    def json(self) -> Any:
        """The body as JSON; ValueError when it is not."""
        return json.loads(self.body.decode("utf-8"))

    def form(self) -> dict[str, str]:
        """The fields of a form body, the last value of each; empty for any other content type."""
        if self.content_type == "multipart/form-data":
            return self.multipart()[0]
        if self.content_type != "application/x-www-form-urlencoded":
            return {}
        fields = parse_qs(self.body.decode("utf-8", "replace"), keep_blank_values=True)
        return {name: values[-1] for name, values in fields.items()}

    def multipart(self) -> tuple[dict[str, str], list[Upload]]:
        """Fields and files of a multipart body."""
        head = f"Content-Type: {self.headers.get('content-type', '')}\r\n\r\n".encode()
        message = BytesParser(policy=HTTP).parsebytes(head + self.body)
        fields: dict[str, str] = {}
        files: list[Upload] = []
        for part in message.iter_parts() if message.is_multipart() else ():
            name = str(part.get_param("name", "", header="content-disposition"))
            content = part.get_payload(decode=True)
            raw = content if isinstance(content, bytes) else b""
            filename = part.get_filename()
            if filename is None:
                fields[name] = raw.decode("utf-8", "replace")
            else:
                files.append(Upload(name, filename, part.get_content_type(), raw))
        return fields, files


@dataclass
class Reply:
    """What the partner answers."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    def json(self) -> Any:
        return json.loads(self.body.decode("utf-8"))

    @property
    def is_json(self) -> bool:
        return self.headers.get("Content-Type", "").startswith("application/json")


def json_reply(data: Any, status: int = 200, headers: dict[str, str] | None = None) -> Reply:
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    return Reply(
        status, body, {"Content-Type": "application/json; charset=utf-8", **(headers or {})}
    )


def html_reply(page: str, status: int = 200) -> Reply:
    return Reply(status, page.encode("utf-8"), {"Content-Type": "text/html; charset=utf-8"})


def bytes_reply(content: bytes, content_type: str, status: int = 200) -> Reply:
    return Reply(status, content, {"Content-Type": content_type})


Handler = Callable[[Request], Reply]


class Route:
    """A path such as `/api/shop/{shop_id}` and what answers it; methods as in "GET|POST"."""

    def __init__(self, methods: str, path: str, handler: Handler) -> None:
        self.methods = frozenset(methods.split("|"))
        self.path = path
        self.handler = handler
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path))
        self._pattern = re.compile(pattern)

    def match(self, path: str) -> dict[str, str] | None:
        found = self._pattern.fullmatch(path)
        return None if found is None else found.groupdict()


class Refusal(Exception):
    """The partner says no: what the call did so far is undone and `reply` goes out."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(f"HTTP {reply.status}")
        self.reply = reply


class ControlError(Exception):
    """A wrong use of the control API; answered as HTTP 400 {"error": text}."""


class Drop(Exception):
    """The connection ends without an answer."""
