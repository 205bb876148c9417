from django.db import migrations

from audit.guards import Guard


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_log"), ("referrals", "0001_referrals_and_deliveries")]
    operations = [
        Guard("Agency", kind="agency", moves=False),
        Guard("RoutingRule", kind="rule", moves=False),
        Guard("Referral", kind="referral", moves=True),
        Guard("Delivery", kind="delivery", moves=True),
        Guard("Package", kind="package", moves=False),
        Guard("Attempt", kind="attempt", moves=False),
        Guard("Receipt", kind="receipt", moves=False),
        Guard("Acknowledgement", kind="acknowledgement", moves=False),
        Guard("Outcome", kind="outcome", moves=False),
        migrations.RunSQL(
            "CREATE SEQUENCE referrals_referral_number", "DROP SEQUENCE referrals_referral_number"
        ),
    ]
