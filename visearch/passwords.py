"""Who may see a private catalogue: users with hashed passwords, and tokens for programs, from VISEARCH_AUTH."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass, field

from visearch.errors import VisearchError

VARIABLE = "VISEARCH_AUTH"
SCRYPT, SHA256 = "scrypt", "sha256"
_COST, _BLOCK, _LANES = 1 << 14, 8, 5
"""scrypt's N, r and p (RFC 7914): the OWASP Password Storage Cheat Sheet's choice for 16 MB a try."""
LEAST_PASSWORD = 10
_FORM = "Write entries NAME:HASH, blanks between; `python -m visearch password` makes one."


@dataclass(frozen=True)
class Accounts:
    """Users by name and tokens by hash. Nothing in here is a password: what is kept cannot be turned back."""

    users: dict[str, str] = field(default_factory=dict, repr=False)
    tokens: tuple[str, ...] = field(default=(), repr=False)

    @classmethod
    def read(cls, text: str) -> Accounts | None:
        """The value of VISEARCH_AUTH; None when it is empty. Raises VisearchError for an entry that is none."""
        users: dict[str, str] = {}
        tokens: list[str] = []
        for entry in text.split():
            name, _, hashed = entry.partition(":")
            kind = hashed.partition("$")[0]
            if not name or kind not in (SCRYPT, SHA256) or not _sound(hashed):
                # Without the entry, which may be a password in the clear.
                raise VisearchError(f"An entry of {VARIABLE} (of {name[:40]!r}) has no hash that can be read.", _FORM)
            if kind == SHA256:
                tokens.append(hashed)
            else:
                users[name] = hashed
        return cls(users, tuple(tokens)) if users or tokens else None

    @property
    def secret(self) -> bytes:
        """Signs sessions: another password for anybody ends all of them."""
        return hashlib.sha256("\n".join([*sorted(self.users.values()), *self.tokens]).encode()).digest()

    def is_user(self, name: str, password: str) -> bool:
        """Whether the password is that of `name`; takes as long for a name that there is not."""
        hashed = self.users.get(name)
        right = _matches(password, hashed or _NOBODY)
        return right and hashed is not None

    def is_token(self, token: str) -> bool:
        """Whether a program's token is one of ours."""
        given = hash_token(token)
        return any(hmac.compare_digest(given, known) for known in self.tokens)


def entry_name(name: str) -> str:
    """The name as it may stand in VISEARCH_AUTH. Raises VisearchError for blanks and colons."""
    if not name or ":" in name or any(letter.isspace() for letter in name):
        raise VisearchError(f"{name!r:.60} cannot be a name.", "Give one without blanks and colons.")
    return name


def hash_password(password: str) -> str:
    """`scrypt$SALT$HASH` in base64. Raises VisearchError for less than ten characters."""
    if len(password) < LEAST_PASSWORD:
        raise VisearchError(f"The password has {len(password)} characters.", f"Give at least {LEAST_PASSWORD}.")
    salt = secrets.token_bytes(16)
    return f"{SCRYPT}${_text(salt)}${_text(_scrypt(password, salt))}"


def new_token() -> tuple[str, str]:
    """A program's token of 256 random bits, and its hash, which is enough for something nobody can guess."""
    token = f"vis_{secrets.token_urlsafe(32)}"
    return token, hash_token(token)


def hash_token(token: str) -> str:
    """`sha256$HASH` in hex."""
    return f"{SHA256}${hashlib.sha256(token.encode(errors='replace')).hexdigest()}"


def _sound(hashed: str) -> bool:
    kind, *parts = hashed.split("$")
    try:
        if kind == SHA256:
            return len(parts) == 1 and len(bytes.fromhex(parts[0])) == 32
        return len(parts) == 2 and len(_bytes(parts[0])) >= 8 and len(_bytes(parts[1])) == 32
    except (ValueError, binascii.Error):
        return False


def _matches(password: str, hashed: str) -> bool:
    _, salt, wanted = hashed.split("$")
    return hmac.compare_digest(_scrypt(password, _bytes(salt)), _bytes(wanted))


def _scrypt(password: str, salt: bytes) -> bytes:
    # One form of a letter with an accent, whatever keyboard it was typed on.
    plain = unicodedata.normalize("NFKC", password).encode(errors="replace")
    return hashlib.scrypt(plain, salt=salt, n=_COST, r=_BLOCK, p=_LANES, dklen=32)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


_NOBODY = f"{SCRYPT}${_text(bytes(16))}${_text(bytes(32))}"
