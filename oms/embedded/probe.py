"""`python -m oms.embedded.probe URL`: status 0 when the address answers 200, for health checks."""

import os
import sys
import urllib.error
import urllib.request


def probe(url: str) -> str:
    """Nothing when the address answers 200, else what is wrong."""
    # The server answers only to its own names, whatever address the probe reaches it by.
    name = os.environ.get("OMS_ALLOWED_HOSTS", "").partition(",")[0].strip()
    headers = {"Host": name} if name and name != "*" else {}
    request = urllib.request.Request(url, headers=headers)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
            return "" if answer.status == 200 else f"status {answer.status}"
    except urllib.error.HTTPError as error:
        return error.read(300).decode(errors="replace") or f"status {error.code}"
    except OSError as error:
        return str(error)


if __name__ == "__main__":
    sys.exit(probe(sys.argv[1]) or 0)
