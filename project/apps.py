from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "project"

    def ready(self) -> None:
        from audit import log
        from project import (
            celery,  # noqa: F401 - a door that does not load it would wake nobody, and wait for it
            checks,  # noqa: F401 - registers the system checks
            names,
        )
        from project.actions import SENTENCES

        log.register(SENTENCES)
        log.register_rowless("door", "queue")
        names.teach_the_log()
