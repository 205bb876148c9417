from django.db import migrations

from audit.guards import Guard


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_log"), ("project", "0001_people")]
    operations = [Guard("User", kind="person", moves=True, free=("last_login",))]
