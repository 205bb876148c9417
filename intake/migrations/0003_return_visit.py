"""The one thing the public door may read: how far a report is, for whoever holds its code.

The function runs with the owner's rights, so the role of the public door needs no right to read a table. It gives
days, never times, and no id. An unknown and an expired code both give no row.
"""

from django.db import migrations

VISIT = """
CREATE SEQUENCE intake_case_number;

CREATE FUNCTION intake_return_visit(code_digest bytea)
RETURNS TABLE (received_on date, expires_on date, state text, changed_on date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT code.issued_on, code.expires_on, coalesce(found.state, report.state),
         coalesce(found.moved_at, report.received_at)::date
  FROM intake_receiptcode code
  JOIN intake_report report ON report.thread = code.thread
  JOIN intake_reporteditem item ON item.report_id = report.id
  LEFT JOIN intake_case found ON found.id = item.case_id
  WHERE code.digest = code_digest AND code.expires_on >= current_date
$$;
"""

NO_VISIT = "DROP FUNCTION intake_return_visit(bytea); DROP SEQUENCE intake_case_number;"


class Migration(migrations.Migration):
    dependencies = [("intake", "0002_guard_intake")]
    operations = [migrations.RunSQL(VISIT, NO_VISIT)]
