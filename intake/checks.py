"""Mistakes of intake found before the first request."""

from typing import Any

from django.core.checks import Error, register

from intake.schemes import SchemeError
from intake.services import scheme


@register()
def the_scheme_can_be_used(app_configs: Any, **kwargs: Any) -> list[Error]:
    """The hotline's own classification scheme, read as an assessment would read it."""
    try:
        scheme.current()
    except SchemeError as error:
        return [
            Error(problem, hint="TUTELA_SCHEME_FILE names the file.", id="intake.E001")
            for problem in error.problems
        ]
    return []
