from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from project.models import DeskSession


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> type[DeskSession]:
        return DeskSession
