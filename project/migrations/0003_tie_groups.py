from django.db import migrations

from audit.guards import Tie


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_log"), ("project", "0002_guard_people")]
    operations = [Tie("project_user_groups", kinds=("person",), column="user_id")]
