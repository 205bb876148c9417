"""`./run manage record_bounce < report`: the bounce sink. Of a report only the status part is kept."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.acts import Refusal
from referrals import mail
from referrals.services import bounces

LONGEST_REPORT = 1_000_000


class Command(BaseCommand):
    help = "Read one delivery status notification (RFC 3464) from standard input; what came back is failed."

    def handle(self, *args: Any, **options: Any) -> None:
        bounce = mail.read_bounce(sys.stdin.buffer.read(LONGEST_REPORT))
        if bounce is None:
            raise CommandError("This is no report that a message of ours could not be delivered.")
        try:
            failed = bounces.record_bounce(message_id=bounce.message_id, status=bounce.status)
        except Refusal as refusal:
            raise CommandError(str(refusal.sentence)) from refusal
        self.stdout.write(f"{len(failed)} delivery(s) came back with status {bounce.status}.")
