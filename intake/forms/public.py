"""The shape of what the public door takes: text only, known fields only, and words for every refusal."""

from dataclasses import dataclass
from datetime import date, timedelta

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from intake.normalise import Address, Code, LineError, parse_lines
from intake.receipt_words import looks_like_code
from intake.refusals import find_media
from intake.triage import ReportKind

OLDEST = date(1990, 1, 1)
FOUND_AT_MOST = 200
CONTROLS = frozenset({"token", "save", "skip", "show"})

KINDS = {
    ReportKind.CSAM: _("Sexual pictures or videos of a child"),
    ReportKind.SEXTORTION: _("Someone threatens a child, for example to show pictures of them"),
    ReportKind.GROOMING: _("An adult writes to a child in a sexual way, or wants to meet"),
    ReportKind.TRAFFICKING: _("A child is sold, moved or used by others"),
    ReportKind.AI_GENERATED: _("Pictures of a child made or changed by a computer (AI)"),
    ReportKind.ADVERT: _("An advert that offers a child"),
    ReportKind.OTHER: _("Something else"),
    ReportKind.NOT_SURE: _("I do not know"),
}
ACCESS = {
    "anyone": _("Anyone"),
    "account": _("Only people with an account"),
    "password": _("It asks for a password"),
    "gone": _("It is gone"),
    "unsure": _("I do not know"),
}
ONLINE = {"yes": _("Yes"), "no": _("No"), "not_sure": _("I do not know")}

LINES = {
    Code.BLANK_INSIDE: _(
        "there is a blank in it. If it belongs to the link, write %%20 in its place. "
        "If words follow the link, leave them out here: there is room for words below."
    ),
    Code.CONTROL_CHARACTERS: _("it holds characters that cannot be read. Type it again."),
    Code.MEDIA_DATA: _("we cannot receive pictures or files."),
    Code.EMPTY: _("there is nothing to read. Type it again, or take the line out."),
    Code.NO_PLATFORM: _("add the platform, for example “on example.org”."),
    Code.NOT_AN_ADDRESS: _(
        "this is not a whole address. Paste the whole link, or write what it is in a few words."
    ),
    Code.NOT_UNICODE: _("it holds characters that cannot be read. Type it again."),
    Code.SCHEME_REFUSED: _(
        "we cannot read a link that begins with “%(scheme)s:”. Send the link of the page."
    ),
    Code.SEVERAL_ADDRESSES: _("there is more than one link. Put each on a line of its own."),
    Code.TOO_LONG: _("this is too long: %(length)s bytes. We can take %(limit)s."),
    Code.TOO_MANY_LINES: _("only %(limit)s lines fit at once. Take out those above, and send the rest."),
}


@dataclass(frozen=True)
class Problem:
    """One line of the error summary, and the field that it leads to."""

    field: str
    sentence: str


class PublicForm(forms.Form):
    """Text fields of the public door. `shown` is what was typed, to be shown again, unless it was refused."""

    @property
    def refused(self) -> bool:
        """Something came that we never keep: nothing of this form is kept or shown again."""
        return self.has_error(NON_FIELD_ERRORS)

    @property
    def shown(self) -> dict[str, str]:
        if self.refused:
            return {}
        return {name: self[name].value() or "" for name in self.fields}

    @property
    def problems(self) -> list[Problem]:
        first = next(iter(self.fields))
        return [
            Problem(first if name == NON_FIELD_ERRORS else name, str(sentence))
            for name, sentences in self.errors.items()
            for sentence in sentences
        ]

    def clean(self) -> None:
        refusal = self.never_kept()
        if refusal:
            self.errors.clear()
            raise forms.ValidationError(refusal)

    def never_kept(self) -> str:
        """Why nothing of what was sent may be kept, or an empty string."""
        return _no_media() if any(find_media(self.data.get(name, "")) for name in self.fields) else ""

    def unexpected(self) -> set[str]:
        return set(self.data) - set(self.fields) - CONTROLS


class WhereForm(PublicForm):
    """Cleaned `where` is a list of addresses; `good` holds them also while other lines are wrong."""

    where = forms.CharField(
        strip=False,
        error_messages={"required": _("Paste a link, or type the name of an account and its platform.")},
    )
    found = forms.CharField(
        required=False,
        max_length=FOUND_AT_MOST,
        error_messages={"max_length": _("How you got there: use up to %(limit_value)d characters.")},
    )
    access = forms.ChoiceField(required=False, choices=list(ACCESS.items()))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.good: list[Address] = []
        self.has_media = False

    @property
    def answers(self) -> tuple[str, str]:
        """What was said beside the addresses; an answer that was not understood counts as none."""
        return self.cleaned_data.get("found", ""), self.cleaned_data.get("access", "")

    def clean_where(self) -> list[Address]:
        parsed = parse_lines(self.cleaned_data["where"])
        if not parsed:
            raise forms.ValidationError(self.fields["where"].error_messages["required"], code="required")
        self.good = [found for _number, found in parsed if isinstance(found, Address)]
        wrong = [(number, found) for number, found in parsed if isinstance(found, LineError)]
        self.has_media = any(error.code is Code.MEDIA_DATA for _number, error in wrong)
        if wrong:
            raise forms.ValidationError([_sentence(number, error) for number, error in wrong])
        return self.good

    def never_kept(self) -> str:
        refusal = _no_media() if self.has_media else super().never_kept() or self._code()
        if refusal:
            self.good = []
        return refusal

    def _code(self) -> str:
        if not any(looks_like_code(self.data.get(name, "")) for name in ("where", "found")):
            return ""
        return gettext(
            "These look like the nine words of a receipt. They are not kept here. Use “I already have a code”."
        )

    @property
    def saved_so_far(self) -> str:
        """What to say about the lines that were good."""
        if not self.good:
            return ""
        return ngettext(
            "%(count)d line is already saved.", "%(count)d lines are already saved.", len(self.good)
        ) % {"count": len(self.good)}


class WhatForm(PublicForm):
    kind = forms.ChoiceField(
        choices=list(KINDS.items()),
        error_messages={
            "required": _("Choose one answer, or press Skip."),
            "invalid_choice": _("Choose one of the answers on the page."),
        },
        widget=forms.RadioSelect,
    )


class WhenForm(PublicForm):
    seen_on = forms.DateField(
        required=False,
        input_formats=["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"],
        error_messages={"invalid": _("Write the day like this: 14.05.2026.")},
    )
    still_online = forms.ChoiceField(required=False, choices=list(ONLINE.items()), widget=forms.RadioSelect)
    danger = forms.BooleanField(required=False)

    def clean_seen_on(self) -> date | None:
        day: date | None = self.cleaned_data["seen_on"]
        # A day ahead is somebody else's today: the reporter's clock may stand in another zone.
        if day and not OLDEST <= day <= timezone.localdate() + timedelta(days=1):
            raise forms.ValidationError(
                gettext("That day cannot be. Choose one up to today, or leave it empty.")
            )
        return day


class ReturnForm(PublicForm):
    words = forms.CharField(required=False)


class ReceiptForm(PublicForm):
    kept = forms.BooleanField(required=False)


def _sentence(number: int, error: LineError) -> str:
    words = str(LINES[error.code]) % error.params
    return gettext("Line %(number)d: %(words)s") % {"number": number, "words": words}


def _no_media() -> str:
    return gettext(
        "We cannot receive pictures or files. The link is enough. Nothing of what you sent was kept."
    )
