"""Addresses that strangers give: only hosts of the public internet are asked, and just the address that was checked."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Collection

import httpx

from visearch.errors import PictureError

PORTS = frozenset((80, 443, 8080, 8443))
"""Where shops serve pictures; other ports are other programs'."""
_SIX_TO_FOUR = ipaddress.ip_network("2002::/16")

Resolve = Callable[[str], list[str]]
"""Host -> its addresses as text; OSError when it has none."""


def is_public(address: str) -> bool:
    """Whether an IP address is of the public internet.

    Loopback, private, link-local (where clouds tell secrets), shared, multicast and reserved ones are not, nor IPv6
    addresses with an IPv4 one within, which some networks lead on to.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and (ip.ipv4_mapped or ip in _SIX_TO_FOUR or ip.is_site_local):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def resolved(host: str) -> list[str]:
    """All addresses of a host, as the system finds them."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def check_url(url: httpx.URL, shown: str) -> None:
    """Raises PictureError for another scheme than the web's, a password within, or a port that no shop uses."""
    if url.scheme not in ("http", "https") or not url.host:
        raise PictureError(f"The address {shown} is not of the web.", "Give one that starts with https://.", "no_web")
    if url.userinfo or (url.port is not None and url.port not in PORTS):
        raise PictureError(f"The address {shown} holds a password or an unusual port.", "", "odd_address")


class PublicTransport(httpx.BaseTransport):
    """Connects to the very address that was found public: a name that changes between two looks gains nothing.

    Every hop of a redirect comes through here. `trusted` are hosts that may be anywhere.
    """

    def __init__(self, trusted: Collection[str] = (), resolve: Resolve = resolved, inner: object = None) -> None:
        self._trusted, self._resolve = trusted, resolve
        self._inner = inner if isinstance(inner, httpx.BaseTransport) else httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Raises PictureError for a host that is not public, httpx.ConnectError for one that is not there."""
        host = request.url.host
        if host in self._trusted:
            return self._inner.handle_request(request)
        try:
            addresses = self._resolve(host)
        except OSError as error:
            raise httpx.ConnectError(f"{host} is not known", request=request) from error
        check_addresses(addresses, host)
        check_url(request.url, host)
        failed: httpx.ConnectError | None = None
        for address in addresses[:3]:
            try:
                return self._inner.handle_request(_pinned(request, host, address))
            except httpx.ConnectError as error:
                failed = error
        raise failed or httpx.ConnectError(f"{host} has no address", request=request)

    def close(self) -> None:
        """Ends its connections."""
        self._inner.close()


def check_addresses(addresses: Collection[str], host: str) -> None:
    """Raises PictureError unless all of them are public."""
    if not all(is_public(address) for address in addresses):
        raise PictureError(f"The address {host} is in a private network.", "Give a public address.", "private_network")


def _pinned(request: httpx.Request, host: str, address: str) -> httpx.Request:
    # The name stays in the Host header and is what the certificate must be for.
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": host},
    )
