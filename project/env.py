"""Read the environment; collect everything that is wrong instead of stopping at the first."""

import base64
import binascii
import os
from pathlib import Path

KEY_BYTES = 32
TRUE = {"1", "true", "yes", "on"}
FALSE = {"", "0", "false", "no", "off"}
TOO_WELL_KNOWN = (
    "changeme",
    "change-me",
    "default",
    "example",
    "insecure",
    "password",
    "secret",
    "your-",
    "your_",
)


class Environment:
    """A view of the environment that remembers what is missing or unsafe."""

    def __init__(self, source: dict[str, str] | None = None) -> None:
        self._source = dict(os.environ) if source is None else source
        self.problems: list[str] = []

    def text(self, name: str, default: str = "") -> str:
        return self._source.get(name, default)

    def flag(self, name: str, default: bool = False) -> bool:
        value = self._source.get(name, str(default)).strip().lower()
        if value not in TRUE | FALSE:
            self.problems.append(f"{name} must be yes or no, not {value!r}")
        return value in TRUE

    def number(self, name: str, default: int) -> int:
        """A whole number, zero or more."""
        value = self._source.get(name, "").strip() or str(default)
        if not value.isascii() or not value.isdecimal():
            self.problems.append(f"{name} must be a whole number, zero or more, not {value!r}")
            return default
        return int(value)

    def required(self, name: str) -> str:
        """A value by variable NAME, or from the file that NAME_FILE names: a URL may hold a password."""
        value = self._secret_text(name)
        if not value:
            self.problems.append(f"{name} is missing")
        return value

    def given(self, name: str) -> bool:
        """Whether the value is there in either way."""
        return bool(self.text(name) or self.text(f"{name}_FILE"))

    def database(self, name: str) -> str:
        """The URL of a PostgreSQL database; nothing else will do."""
        value = self.required(name)
        if value and not value.startswith(("postgres://", "postgresql://")):
            self.problems.append(f"{name} must begin with postgres://")
        return value

    def secret(self, name: str, *, least: int = 32) -> str:
        """A secret by variable NAME, or from the file that NAME_FILE names. At least `least` characters."""
        value = self._secret_text(name)
        if not value:
            self.problems.append(f"{name} is missing: set {name} or {name}_FILE")
        elif len(value) < least or _well_known(value):
            self.problems.append(f"{name} is a default or too short: use at least {least} random characters")
        return value

    def key(self, name: str) -> str:
        """A secret that is 32 random bytes in base64, as AES-256 needs."""
        value = self.secret(name, least=44)
        if value and not _is_key(value):
            self.problems.append(f"{name} must be 32 random bytes in base64")
        return value

    def _secret_text(self, name: str) -> str:
        file = self._source.get(f"{name}_FILE")
        if not file:
            return self.text(name).strip()
        try:
            return Path(file).read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not text"
            self.problems.append(f"{name}_FILE cannot be read: {reason}")
            return ""


def _is_key(value: str) -> bool:
    try:
        return len(base64.b64decode(value, validate=True)) == KEY_BYTES
    except binascii.Error:
        return False


def _well_known(value: str) -> bool:
    lowered = value.lower()
    return len(set(value)) < 8 or any(word in lowered for word in TOO_WELL_KNOWN)
