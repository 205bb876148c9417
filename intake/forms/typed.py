"""What every form that a person of ours or of an agency types into has in common."""

from copy import copy
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from intake.refusals import find_media


class TypedForm(forms.Form):
    """A picture or file typed in as text is refused in every field, whatever else is wrong, and not shown again."""

    use_required_attribute = False

    def clean(self) -> dict[str, Any]:
        for name in self.fields:
            if find_media(str(self[name].data or "")):
                self._refuse_media(name)
        return self.cleaned_data

    def _refuse_media(self, name: str) -> None:
        self.errors.pop(name, None)
        self.add_error(name, _("We cannot keep pictures or files, not even as text. Say it in words."))
        kept: Any = copy(self.data)
        kept[self.add_prefix(name)] = ""
        self.data = kept
