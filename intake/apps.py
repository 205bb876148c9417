from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "intake"

    def ready(self) -> None:
        from intake.actions import SENTENCES
        from audit import log

        log.register(SENTENCES)
