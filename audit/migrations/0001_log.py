"""The log: entries, their sealed texts, the queue of entries not yet in the tree, and the guards.

The columns that the database fills are added here, outside Django's picture of `Event`, so that no statement of
the application ever names them. ENABLE ALWAYS: the triggers also hold for replication and for the superuser.
"""

import uuid
from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

COLUMNS = """
ALTER TABLE audit_event
  ADD COLUMN seq bigint GENERATED ALWAYS AS IDENTITY,
  ADD COLUMN recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  ADD COLUMN xact xid8 NOT NULL DEFAULT pg_current_xact_id(),
  ADD COLUMN leaf_hash bytea NOT NULL GENERATED ALWAYS AS (sha256('\\x00'::bytea || entry)) STORED,
  ADD CONSTRAINT audit_event_size CHECK (octet_length(entry) BETWEEN 2 AND 4096);
CREATE UNIQUE INDEX audit_event_seq ON audit_event (seq);
CREATE INDEX audit_event_recorded ON audit_event (recorded_at);
CREATE INDEX audit_event_actor ON audit_event (actor, seq);
"""

NO_COLUMNS = """
ALTER TABLE audit_event DROP CONSTRAINT audit_event_size,
  DROP COLUMN leaf_hash, DROP COLUMN xact, DROP COLUMN recorded_at, DROP COLUMN seq;
"""

TRIGGERS = """
CREATE FUNCTION audit_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'tutela: % on % is refused, rows of the log are never changed or removed', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION audit_enqueue() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO audit_pending (event_id, leaf_hash) VALUES (NEW.event_id, NEW.leaf_hash);
  RETURN NULL;
END $$;

CREATE FUNCTION audit_payload_keep() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
BEGIN
  IF OLD.erased_by_id IS NULL AND NEW.erased_by_id IS NOT NULL AND NEW.sealed IS NULL AND NEW.salt IS NULL
     AND NEW.event_id = OLD.event_id AND NEW.subject = OLD.subject
     AND EXISTS (
       SELECT 1 FROM audit_event erasing, audit_event own
       WHERE erasing.event_id = NEW.erased_by_id AND erasing.action = 'payload:erase'
         AND erasing.object_id = OLD.subject AND erasing.xact = pg_current_xact_id()
         AND own.event_id = OLD.event_id AND erasing.seq > own.seq
     ) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'tutela: a text of the log can only be erased, with an entry that says so'
    USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION audit_guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'tutela: rows of % are never deleted', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF TG_ARGV[1] = 'never' OR NEW.id <> OLD.id THEN
      RAISE EXCEPTION 'tutela: rows of % are never changed', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.last_event_id = OLD.last_event_id THEN
      IF to_jsonb(NEW) - TG_ARGV[2]::text[] = to_jsonb(OLD) - TG_ARGV[2]::text[] THEN
        RETURN NEW;
      END IF;
      RAISE EXCEPTION 'tutela: % % was changed without an entry of its own', TG_ARGV[0], NEW.id
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  END IF;
  -- The entry must be about this row and written in this very transaction: an old one cannot be used again.
  PERFORM 1 FROM audit_event
    WHERE event_id = NEW.last_event_id AND object_kind = TG_ARGV[0] AND object_id = NEW.id
      AND xact = pg_current_xact_id();
  IF NOT FOUND THEN
    RAISE EXCEPTION 'tutela: % % needs an entry of its own, written in the same transaction', TG_ARGV[0], NEW.id
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;

-- For a table that hangs on an object and has no state of its own: it changes only together with an entry about
-- that object. TG_ARGV: the kinds the object may have, and the column that holds its id.
CREATE FUNCTION audit_tie() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
DECLARE
  tied uuid;
BEGIN
  FOREACH tied IN ARRAY ARRAY[
    CASE WHEN TG_OP <> 'INSERT' THEN (to_jsonb(OLD) ->> TG_ARGV[1])::uuid END,
    CASE WHEN TG_OP <> 'DELETE' THEN (to_jsonb(NEW) ->> TG_ARGV[1])::uuid END
  ] LOOP
    CONTINUE WHEN tied IS NULL;
    PERFORM 1 FROM audit_event
      WHERE object_kind = ANY (string_to_array(TG_ARGV[0], ',')) AND object_id = tied
        AND xact = pg_current_xact_id();
    IF NOT FOUND THEN
      RAISE EXCEPTION 'tutela: a row of % was touched without an entry about its % %', TG_TABLE_NAME, TG_ARGV[0], tied
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  END LOOP;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER audit_event_rows BEFORE UPDATE OR DELETE ON audit_event
  FOR EACH ROW EXECUTE FUNCTION audit_keep();
CREATE TRIGGER audit_event_whole BEFORE TRUNCATE ON audit_event
  FOR EACH STATEMENT EXECUTE FUNCTION audit_keep();
CREATE TRIGGER audit_event_enqueue AFTER INSERT ON audit_event
  FOR EACH ROW EXECUTE FUNCTION audit_enqueue();
CREATE TRIGGER audit_payload_update BEFORE UPDATE ON audit_payload
  FOR EACH ROW EXECUTE FUNCTION audit_payload_keep();
CREATE TRIGGER audit_payload_delete BEFORE DELETE ON audit_payload
  FOR EACH ROW EXECUTE FUNCTION audit_keep();
CREATE TRIGGER audit_payload_whole BEFORE TRUNCATE ON audit_payload
  FOR EACH STATEMENT EXECUTE FUNCTION audit_keep();
CREATE TRIGGER audit_pending_change BEFORE UPDATE ON audit_pending
  FOR EACH ROW EXECUTE FUNCTION audit_keep();
CREATE TRIGGER audit_pending_whole BEFORE TRUNCATE ON audit_pending
  FOR EACH STATEMENT EXECUTE FUNCTION audit_keep();
CREATE TRIGGER audit_subject_key_change BEFORE UPDATE ON audit_subject_key
  FOR EACH ROW EXECUTE FUNCTION audit_keep();
CREATE TRIGGER audit_subject_key_whole BEFORE TRUNCATE ON audit_subject_key
  FOR EACH STATEMENT EXECUTE FUNCTION audit_keep();

ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_event_rows;
ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_event_whole;
ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_event_enqueue;
ALTER TABLE audit_payload ENABLE ALWAYS TRIGGER audit_payload_update;
ALTER TABLE audit_payload ENABLE ALWAYS TRIGGER audit_payload_delete;
ALTER TABLE audit_payload ENABLE ALWAYS TRIGGER audit_payload_whole;
ALTER TABLE audit_pending ENABLE ALWAYS TRIGGER audit_pending_change;
ALTER TABLE audit_pending ENABLE ALWAYS TRIGGER audit_pending_whole;
ALTER TABLE audit_subject_key ENABLE ALWAYS TRIGGER audit_subject_key_change;
ALTER TABLE audit_subject_key ENABLE ALWAYS TRIGGER audit_subject_key_whole;
"""

NO_TRIGGERS = """
DROP TRIGGER audit_subject_key_whole ON audit_subject_key;
DROP TRIGGER audit_subject_key_change ON audit_subject_key;
DROP TRIGGER audit_pending_whole ON audit_pending;
DROP TRIGGER audit_pending_change ON audit_pending;
DROP TRIGGER audit_payload_whole ON audit_payload;
DROP TRIGGER audit_payload_delete ON audit_payload;
DROP TRIGGER audit_payload_update ON audit_payload;
DROP TRIGGER audit_event_enqueue ON audit_event;
DROP TRIGGER audit_event_whole ON audit_event;
DROP TRIGGER audit_event_rows ON audit_event;
DROP FUNCTION audit_tie();
DROP FUNCTION audit_guard();
DROP FUNCTION audit_payload_keep();
DROP FUNCTION audit_enqueue();
DROP FUNCTION audit_keep();
"""


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar[list[tuple[str, str]]] = []
    operations = [
        migrations.CreateModel(
            name="Event",
            fields=[
                ("event_id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("object_kind", models.CharField(max_length=40)),
                ("object_id", models.UUIDField()),
                ("case_id", models.UUIDField(null=True)),
                ("action", models.CharField(max_length=60)),
                ("actor", models.CharField(max_length=60)),
                ("entry", models.BinaryField()),
            ],
            options={
                "db_table": "audit_event",
                "indexes": [
                    models.Index(fields=["object_kind", "object_id"], name="audit_event_object"),
                    models.Index(
                        condition=models.Q(("case_id__isnull", False)),
                        fields=["case_id"],
                        name="audit_event_case",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Line",
            fields=[
                ("event_id", models.UUIDField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField()),
                ("recorded_at", models.DateTimeField()),
                ("object_kind", models.CharField(max_length=40)),
                ("object_id", models.UUIDField()),
                ("case_id", models.UUIDField(null=True)),
                ("action", models.CharField(max_length=60)),
                ("actor", models.CharField(max_length=60)),
                ("entry", models.BinaryField()),
                ("leaf_hash", models.BinaryField()),
            ],
            options={"db_table": "audit_event", "managed": False, "verbose_name": "log entry"},
        ),
        migrations.CreateModel(
            name="Pending",
            fields=[
                ("event_id", models.UUIDField(primary_key=True, serialize=False)),
                ("leaf_hash", models.BinaryField()),
            ],
            options={"db_table": "audit_pending"},
        ),
        migrations.CreateModel(
            name="SubjectKey",
            fields=[
                ("subject", models.UUIDField(primary_key=True, serialize=False)),
                ("wrapped", models.BinaryField()),
            ],
            options={"db_table": "audit_subject_key"},
        ),
        migrations.CreateModel(
            name="Payload",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="payload",
                        serialize=False,
                        to="audit.event",
                    ),
                ),
                ("subject", models.UUIDField()),
                ("salt", models.BinaryField(null=True)),
                ("sealed", models.BinaryField(null=True)),
                (
                    "erased_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audit.event",
                    ),
                ),
            ],
            options={
                "db_table": "audit_payload",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("salt__isnull", True), ("sealed__isnull", True))
                        | models.Q(("salt__isnull", False), ("sealed__isnull", False)),
                        name="audit_payload_salt_with_text",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("erased_by__isnull", False), ("sealed__isnull", True))
                        | models.Q(("erased_by__isnull", True), ("sealed__isnull", False)),
                        name="audit_payload_erased_with_evidence",
                    ),
                ],
            },
        ),
        migrations.RunSQL(COLUMNS, NO_COLUMNS),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
