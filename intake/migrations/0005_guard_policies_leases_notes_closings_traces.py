from django.db import migrations

from audit.guards import Guard


class Migration(migrations.Migration):
    dependencies = [("intake", "0004_policies_leases_notes_closings_traces"), ("audit", "0001_log")]

    operations = [
        Guard("Policy", kind="policy", moves=False),
        Guard("Lease", kind="lease", moves=True),
        Guard("Note", kind="note", moves=False),
        Guard("Closure", kind="closure", moves=True),
        Guard("HostingTrace", kind="trace", moves=False),
    ]
