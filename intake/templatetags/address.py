"""`{% address item %}`: a reported address as text, defanged, never a link."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from intake.models import ReportedItem
from intake.normalise.defang import defang_parts

register = template.Library()


@register.simple_tag
def address(item: ReportedItem) -> SafeString:
    before, host, after = defang_parts(item.canonical, item.kind)
    return format_html('<span class="addr"><i>{}</i>{}<i>{}</i></span>', before, host, after)
