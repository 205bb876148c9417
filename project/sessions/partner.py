from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from project.models import PartnerSession


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> type[PartnerSession]:
        return PartnerSession
