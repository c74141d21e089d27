"""Whether a request comes from the page itself: what another site's page sends is refused."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request


def same_origin(request: Request) -> bool:
    """False when a browser says that another site's page sent this. Programs, which say nothing, pass."""
    site = request.headers.get("sec-fetch-site")
    if site:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    if not origin:
        return True
    # Behind a proxy the address that the browser knows is the forwarded one.
    hosts = (request.headers.get("x-forwarded-host", "").split(",")[0].strip(), request.headers.get("host", ""))
    return bool(urlsplit(origin).netloc) and urlsplit(origin).netloc in hosts
