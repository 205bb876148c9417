"""A data key for each subject (AES-256-GCM), wrapped by a key that lives outside the database.

Whoever steals the database reads nothing; whoever destroys a subject's key has erased the subject, in every
backup made of the sealed text too.
"""

import base64
import os
from collections.abc import Collection, Mapping
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from audit.models import SubjectKey

NONCE = 12
KEY = 32


class Erased(LookupError):
    """The subject's key is gone: the text can no longer be read, by design."""


class Damaged(ValueError):
    """The sealed text does not open under the subject's key: it was changed, or belongs to another subject."""


class WrongMaster(ValueError):
    """The subject's key does not open under the master key: one of the two was changed."""


def seal_for_new(subject: UUID, text: bytes) -> bytes:
    """Seal for a subject that has no key yet. Needs only the right to insert, as the public door has."""
    key = AESGCM.generate_key(bit_length=256)
    SubjectKey(subject=subject, wrapped=_encrypt(_master(), key, subject)).save(force_insert=True)
    return _encrypt(key, text, subject)


def seal(subject: UUID, text: bytes) -> bytes:
    """Seal for a subject, making its key at the first use."""
    SubjectKey.objects.bulk_create(
        [SubjectKey(subject=subject, wrapped=_encrypt(_master(), os.urandom(KEY), subject))],
        ignore_conflicts=True,
    )
    return _encrypt(keys_of([subject])[subject], text, subject)


def unseal(subject: UUID, sealed: bytes, keys: Mapping[UUID, bytes] | None = None) -> bytes:
    """Read sealed text; `keys` where many are read at once. Raises Erased or Damaged."""
    key = (keys_of([subject]) if keys is None else keys).get(subject)
    if key is None:
        raise Erased(str(subject))
    return _decrypt(key, sealed, subject)


def keys_of(subjects: Collection[UUID]) -> dict[UUID, bytes]:
    """The keys of those subjects that still have one, asked for once."""
    rows = SubjectKey.objects.filter(pk__in=subjects)
    return {row.subject: _decrypt(_master(), bytes(row.wrapped), row.subject) for row in rows}


def unseal_with(wrapped: bytes, subject: UUID, sealed: bytes) -> bytes:
    """Read sealed text with the subject's wrapped key at hand. Raises WrongMaster or Damaged."""
    try:
        key = _decrypt(_master(), wrapped, subject)
    except Damaged as error:
        raise WrongMaster(str(subject)) from error
    return _decrypt(key, sealed, subject)


def _master() -> bytes:
    return base64.b64decode(settings.TUTELA_KEK)


def _encrypt(key: bytes, text: bytes, subject: UUID) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, text, subject.bytes)


def _decrypt(key: bytes, sealed: bytes, subject: UUID) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], subject.bytes)
    except InvalidTag as error:
        raise Damaged(str(subject)) from error
