from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "intake"

    def ready(self) -> None:
        from audit import log
        from intake.actions import SENTENCES

        log.register(SENTENCES)
