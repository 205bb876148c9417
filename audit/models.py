"""The log's own tables, and what a table outside must carry so that no act can happen without an entry.

Columns that the database fills (recorded_at, leaf_hash, seq, xact) are not in `Event`: the application may
not write them. `Line` reads them.
"""

import uuid
from datetime import date, datetime
from enum import Enum, StrEnum
from typing import Any, ClassVar

import rfc8785
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit import entries
from audit.querysets import LineQuerySet


class Event(models.Model):
    """One act, as written. Never changed, never removed: grants and triggers refuse it."""

    event_id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    object_kind = models.CharField(max_length=40)
    object_id = models.UUIDField()
    case_id = models.UUIDField(null=True)
    action = models.CharField(max_length=60)
    actor = models.CharField(max_length=60)
    entry = models.BinaryField()

    class Meta:
        db_table = "audit_event"
        indexes = [
            models.Index(fields=["object_kind", "object_id"], name="audit_event_object"),
            models.Index(
                fields=["case_id"], name="audit_event_case", condition=models.Q(case_id__isnull=False)
            ),
        ]


class Line(models.Model):
    """The same table for reading, with the columns the database fills."""

    event_id = models.UUIDField(primary_key=True)
    seq = models.BigIntegerField()
    recorded_at = models.DateTimeField()
    object_kind = models.CharField(max_length=40)
    object_id = models.UUIDField()
    case_id = models.UUIDField(null=True)
    action = models.CharField(max_length=60)
    actor = models.CharField(max_length=60)
    entry = models.BinaryField()
    leaf_hash = models.BinaryField()

    objects = LineQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "audit_event"
        verbose_name = _("log entry")


class Pending(models.Model):
    """Entries not yet in the tree. Filled by a trigger alone; keeps its own copy of the digest."""

    event_id = models.UUIDField(primary_key=True)
    leaf_hash = models.BinaryField()

    class Meta:
        db_table = "audit_pending"


class SubjectKey(models.Model):
    """The data key of one subject, wrapped. Destroying it erases everything sealed for that subject."""

    subject = models.UUIDField(primary_key=True)
    wrapped = models.BinaryField()

    class Meta:
        db_table = "audit_subject_key"


class Payload(models.Model):
    """Text that belongs to an entry, sealed for its subject; the entry holds only a commitment to it."""

    event = models.OneToOneField(Event, models.PROTECT, primary_key=True, related_name="payload")
    subject = models.UUIDField()
    salt = models.BinaryField(null=True)
    sealed = models.BinaryField(null=True)
    erased_by = models.ForeignKey(Event, models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "audit_payload"
        constraints = [
            models.CheckConstraint(
                name="audit_payload_salt_with_text",
                condition=models.Q(sealed__isnull=True, salt__isnull=True)
                | models.Q(sealed__isnull=False, salt__isnull=False),
            ),
            models.CheckConstraint(
                name="audit_payload_erased_with_evidence",
                condition=models.Q(sealed__isnull=True, erased_by__isnull=False)
                | models.Q(sealed__isnull=False, erased_by__isnull=True),
            ),
        ]


class Recorded(models.Model):
    """A row written once, together with its entry; it is never changed afterwards."""

    audit_kind: ClassVar[str]
    audit_facts: ClassVar[dict[str, str]] = {}
    """Fact name in the entries -> the column that must say the same today."""
    audit_free: ClassVar[tuple[str, ...]] = ()
    """Columns that may change without an entry, because they are nobody's act."""
    audit_added: ClassVar[tuple[str, ...]] = ()
    """Columns a later release added, each with a default: bound once they say something else than that default,
    so that entries written before the column existed still bind their rows."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    last_event = models.ForeignKey(
        # The migration adds the real constraint: Django's would be deferred to the commit.
        Event,
        models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
        editable=False,
    )

    class Meta:
        abstract = True

    def audit_content(self) -> bytes:
        """All that an entry binds, as RFC 8785: the same bytes before the row is saved and after it is loaded."""
        bound = {
            field.attname: _plain(field, getattr(self, field.attname))
            for field in self._meta.concrete_fields
            if field.name not in ("id", "last_event", *self.audit_free) and not self._is_unused(field)
        }
        return rfc8785.dumps({"kind": self.audit_kind, "id": str(self.pk), "columns": bound})

    def _is_unused(self, field: "models.Field[Any, Any]") -> bool:
        """A column of a later release that still says its default."""
        if field.name not in self.audit_added:
            return False
        return bool(_plain(field, getattr(self, field.attname)) == _plain(field, field.get_default()))


class Stateful(Recorded):
    """A row that moves from state to state. Each move needs an entry of its own, or the database refuses."""

    class Meta:
        abstract = True


def _plain(field: "models.Field[Any, Any]", value: Any) -> Any:
    """A column's value as JSON, whatever type the code gave it; JSON columns stay as they are."""
    if value is None:
        return None
    value = (field.target_field if isinstance(field, models.ForeignKey) else field).to_python(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, datetime):
        return entries.stamp(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value


def one_of(field: str, vocabulary: type[StrEnum], name: str) -> models.CheckConstraint:
    """The database knows the legal words of a column too."""
    return models.CheckConstraint(
        name=name, condition=models.Q(**{f"{field}__in": [word.value for word in vocabulary]})
    )
