from django.db import migrations

from audit.guards import Guard


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_log"), ("intake", "0001_reports_and_cases")]
    operations = [
        Guard("Team", kind="team", moves=False),
        Guard("Report", kind="report", moves=True),
        Guard("ReportStep", kind="step", moves=False),
        Guard("ReceiptCode", kind="code", moves=False),
        Guard("Case", kind="case", moves=True),
        Guard("ReportedItem", kind="item", moves=True),
        Guard("Assessment", kind="assessment", moves=False),
        Guard("Review", kind="review", moves=False),
    ]
