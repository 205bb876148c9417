"""What every page knows about the hotline and the reader."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

THEMES = {"light", "dark"}


def hotline(request: HttpRequest) -> dict[str, Any]:
    theme = request.COOKIES.get("tutela-theme", "")
    return {
        "hotline": settings.TUTELA_HOTLINE,
        "door": settings.TUTELA_DOOR,
        "exit_url": settings.TUTELA_EXIT_URL,
        "emergency": settings.TUTELA_EMERGENCY,
        "child_line": settings.TUTELA_CHILD_LINE,
        "theme": theme if theme in THEMES else "",
    }
