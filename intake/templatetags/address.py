"""How a reported address stands on every page: complete, defanged, never a link."""

from typing import Protocol

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from intake.kinds import ItemKind
from intake.normalise import defang_parts

register = template.Library()


class Addressed(Protocol):
    """A stored item, or an address just parsed."""

    @property
    def kind(self) -> str: ...

    @property
    def canonical(self) -> str: ...


@register.simple_tag
def address(item: Addressed) -> SafeString:
    """The host dark, the rest grey, nothing cut; the text alone is the defanged address.

    What a reporter put into words is not shown in tables: it is folded on the page of the case.
    """
    if item.kind == ItemKind.TEXT:
        return format_html('<span class="muted">{}</span>', _("Words without an address"))
    before, host, after = defang_parts(item.canonical, item.kind)
    if not host:
        return format_html('<span class="addr">{}</span>', before + after)
    return format_html('<span class="addr"><i>{}</i>{}<wbr><i>{}</i></span>', before, host, after)
