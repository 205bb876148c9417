"""A key for each subject: what it opens, and what stays closed."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings

from audit import keyring
from audit.models import SubjectKey
from tests.audit.hands import tamper

pytestmark = pytest.mark.django_db
OTHER_MASTER = "b3RoZXIga2V5IG9mIDMyIGJ5dGVzIGZvciB0ZXN0cyE="


def test_what_is_sealed_can_be_read() -> None:
    subject = uuid4()
    assert keyring.unseal(subject, keyring.seal(subject, b"text")) == b"text"
    assert keyring.unseal(subject, keyring.seal(subject, b"more")) == b"more"


def test_the_same_text_is_never_sealed_the_same_way() -> None:
    subject = uuid4()
    assert keyring.seal(subject, b"text") != keyring.seal(subject, b"text")


def test_a_new_subject_is_new_once() -> None:
    subject = uuid4()
    assert keyring.unseal(subject, keyring.seal_for_new(subject, b"text")) == b"text"
    with pytest.raises(IntegrityError), transaction.atomic():
        keyring.seal_for_new(subject, b"text")


@pytest.mark.commits
def test_without_its_key_a_text_is_erased() -> None:
    subject = uuid4()
    sealed = keyring.seal(subject, b"text")
    tamper("DELETE FROM audit_subject_key WHERE subject = %s", subject)
    with pytest.raises(keyring.Erased):
        keyring.unseal(subject, sealed)


def test_a_changed_text_does_not_open() -> None:
    subject = uuid4()
    sealed = bytearray(keyring.seal(subject, b"text"))
    sealed[-1] ^= 1
    with pytest.raises(keyring.Damaged):
        keyring.unseal(subject, bytes(sealed))


def test_a_text_opens_for_its_own_subject_only() -> None:
    subject, other = uuid4(), uuid4()
    sealed = keyring.seal(subject, b"text")
    keyring.seal(other, b"text")
    with pytest.raises(keyring.Damaged):
        keyring.unseal(other, sealed)


def test_another_master_key_is_named_as_what_it_is() -> None:
    subject = uuid4()
    sealed = keyring.seal(subject, b"text")
    wrapped = bytes(SubjectKey.objects.get(pk=subject).wrapped)
    with override_settings(TUTELA_KEK=OTHER_MASTER), pytest.raises(keyring.WrongMaster):
        keyring.unseal_with(wrapped, subject, sealed)
