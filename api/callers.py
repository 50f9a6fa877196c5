"""Who stands behind a request, and from where: the same question for pages, the API and the WebSocket."""

import ipaddress
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import Scope

from hooks.viewer import Viewer
from services import sessions, tokens
from services.settings import settings

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class Caller:
    """A person at the door, and the key: `stale` says that its use should be written down."""

    viewer: Viewer
    session_id: int | None = None
    token_id: int | None = None
    stale: bool = False

    def note_use(self) -> None:
        """Write down that the key is in use."""
        if self.session_id is not None:
            sessions.touch(self.session_id)
        if self.token_id is not None:
            tokens.touch(self.token_id)


def by_token(headers: Headers) -> Caller | None:
    """Return the caller of a bearer token that is valid."""
    known = tokens.look_up(bearer(headers) or "", headers.get("accept-language"))
    return Caller(known.viewer, token_id=known.token_id, stale=known.stale) if known else None


def by_cookie(headers: Headers) -> Caller | None:
    """Return the caller of a session that is open: a person at a page, also where the page asks by the API."""
    cookie = cookies(headers).get(sessions.COOKIE)
    found = sessions.look_up(cookie, "page", headers.get("accept-language"))
    return Caller(found.viewer, session_id=found.session_id, stale=found.stale) if found else None


def bearer(headers: Headers) -> str | None:
    """Return the bearer token of a request, valid or not."""
    scheme, _space, secret = headers.get("authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None


def cookies(headers: Headers) -> dict[str, str]:
    """Return the cookies of a request; what cannot be read is passed over."""
    return cookie_parser(headers.get("cookie", ""))


# --- from where


@dataclass(frozen=True)
class Origin:
    """Where a request comes from: the person's address as far as it can be believed, and the outer scheme.

    `through_unknown_proxy` says that somebody forwarded it whom the settings do not name.
    """

    address: str
    scheme: str
    through_unknown_proxy: bool = False

    @property
    def is_loopback(self) -> bool:
        """Say whether the request was made on this machine."""
        return not self.through_unknown_proxy and _is_loopback(self.address)

    @property
    def is_secure(self) -> bool:
        """Say whether the person's browser speaks TLS with us or with what stands before us."""
        return self.scheme in ("https", "wss") or settings().web.public_url.startswith("https://")


def origin_of(scope: Scope, headers: Headers) -> Origin:
    """Return where a request comes from; only proxies that the settings name are believed."""
    peer = (scope.get("client") or ("", 0))[0]
    direct = Origin(peer, scope.get("scheme", "http"))
    forwarded = [part.strip() for part in headers.get("x-forwarded-for", "").split(",") if part.strip()]
    if not _is_trusted(peer):
        return replace(direct, through_unknown_proxy=bool(forwarded) or "forwarded" in headers)
    outside = next((one for one in reversed(forwarded) if not _is_trusted(one)), None)
    scheme = headers.get("x-forwarded-proto", direct.scheme).split(",")[0].strip()
    return Origin(outside or (forwarded[0] if forwarded else peer), scheme)


def is_same_origin(headers: Headers) -> bool:
    """Say whether a request that changes something comes from our own pages, or from no browser at all.

    Browsers that are led here by another site say so, by Sec-Fetch-Site or by Origin; a program says neither.
    """
    site = headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    if origin is None:
        return True
    if origin == "null":
        return False
    ours = {headers.get("host", "").lower(), urlsplit(settings().web.public_url).netloc.lower()}
    return urlsplit(origin).netloc.lower() in ours - {""}


def _is_loopback(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return bool((mapped or found).is_loopback)


def _is_trusted(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in _networks(tuple(settings().web.trusted_proxies)))


@lru_cache(maxsize=4)
def _networks(written: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(one, strict=False) for one in written)
