"""What every page knows about the hotline and the reader."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.functional import SimpleLazyObject

from project.doors import POST_ONLY
from referrals.services.worklist import waiting

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
        "here": here(request),
        "waiting": SimpleLazyObject(lambda: _waiting(request)),
    }


def _waiting(request: HttpRequest) -> int:
    """How much waits in the work list. Asked only by pages that show it."""
    return waiting(request.user) if request.user.is_authenticated else 0


def here(request: HttpRequest) -> str:
    """Where a browser can come back to: this page, or the page whose form posts to this path."""
    if not _takes_posts_alone(request.path_info):
        return request.get_full_path() if request.method == "GET" else request.path
    parts = request.path_info.strip("/").split("/")
    above = ["/" + "/".join(parts[:length]) for length in range(len(parts) - 1, 0, -1)]
    return next((page for path in above for page in (path, f"{path}/") if _is_page(page)), "/")


def _is_page(path: str) -> bool:
    return _route(path) is not None and not _takes_posts_alone(path)


def _takes_posts_alone(path: str) -> bool:
    return _route(path) in POST_ONLY


def _route(path: str) -> str | None:
    """The name of the route of this door; None if there is none."""
    try:
        return resolve(path).view_name
    except Resolver404:
        return None
