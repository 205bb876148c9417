from django.db import migrations

from audit.guards import Tie


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_log"),
        ("guardian", "0003_remove_groupobjectpermission_guardian_gr_content_ae6aec_idx_and_more"),
        ("intake", "0002_guard_intake"),
        ("referrals", "0002_guard_referrals"),
    ]
    operations = [
        Tie("referrals_referralitem", kinds=("referral",), column="referral_id"),
        Tie("guardian_groupobjectpermission", kinds=("team", "agency"), column="object_pk"),
    ]
