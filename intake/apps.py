from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "intake"

    def ready(self) -> None:
        from audit import log
        from intake import checks  # noqa: F401 - registers the system check
        from intake.actions import SENTENCES

        log.register(SENTENCES)
