from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"

    def ready(self) -> None:
        from audit import log
        from referrals.actions import SENTENCES

        log.register(SENTENCES)
