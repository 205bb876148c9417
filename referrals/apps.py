from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"

    def ready(self) -> None:
        from referrals.actions import SENTENCES
        from audit import log

        log.register(SENTENCES)
