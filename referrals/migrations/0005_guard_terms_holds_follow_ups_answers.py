from django.db import migrations

from audit.guards import Guard, Loosen


class Migration(migrations.Migration):
    dependencies = [("referrals", "0004_terms_holds_follow_ups_answers"), ("audit", "0001_log")]

    operations = [
        Loosen("Agency", kind="agency"),
        Loosen("RoutingRule", kind="rule"),
        Guard("FollowUp", kind="followup", moves=True),
        Guard("Hold", kind="hold", moves=True),
        Guard("Overruling", kind="overruling", moves=True),
        Guard("LiveSwitch", kind="live", moves=True),
        Guard("AnswerLink", kind="link", moves=True),
        Guard("Message", kind="message", moves=False),
        Guard("AnswerRead", kind="answer", moves=False),
    ]
