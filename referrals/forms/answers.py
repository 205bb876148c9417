"""The shape of what people of an agency send by themselves, and of what is typed in beside an answer."""

import re
from typing import Any, Self

from django import forms
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from intake.forms.typed import TypedForm
from referrals import wording
from referrals.services.answering import Who
from referrals.services.asked import Asked
from referrals.services.replies import Reply
from referrals.services.thread import LONGEST
from referrals.states import Answer, AnswerSource, Direction, HoldWish, OutcomeKind

MINUTE = "%Y-%m-%dT%H:%M"
DAY = "%Y-%m-%d"
LEAST_DIGITS = 5
BETWEEN_CONTACTS = re.compile(r"[\s,;<>]+")


def _moment(label: wording.Words, *, required: bool = True) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        required=required,
        input_formats=[MINUTE],
        widget=forms.DateTimeInput(attrs={"class": "in", "type": "datetime-local"}, format=MINUTE),
    )


def _line(
    label: wording.Words,
    *,
    long: int = 120,
    required: bool = True,
    fills: str = "off",
    hint: wording.Words = "",
) -> forms.CharField:
    widget = forms.TextInput(attrs={"class": "in", "autocomplete": fills})
    missing = {"required": _("We need this to record your answer.")}
    return forms.CharField(
        label=label,
        max_length=long,
        required=required,
        help_text=hint,
        widget=widget,
        error_messages=missing,
    )


def _words(label: wording.Words, *, required: bool = True, hint: wording.Words = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"class": "in", "rows": 3})
    return forms.CharField(label=label, max_length=LONGEST, required=required, help_text=hint, widget=widget)


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except forms.ValidationError:
        return False
    return True


class ReplyForm(TypedForm):
    """What an agency answers. The page shows only what can be said now; the verb judges what is sent."""

    answer = forms.TypedChoiceField(
        label=_("What should we record?"),
        required=False,
        empty_value=None,
        coerce=Answer,
        choices=lambda: [
            (code, format_html('{} <span class="hint">{}</span>', said.words, said.hint))
            for code, said in wording.REPLIES.items()
        ],
        widget=forms.RadioSelect,
    )
    words = _words(_("Why not, what is missing, or anything else"), required=False)
    hold = forms.TypedChoiceField(
        label=_("May host and platform be told?"),
        required=False,
        empty_value=HoldWish.KEEP,
        coerce=HoldWish,
        choices=lambda: list(wording.HOLD_WISHES.items()),
        widget=forms.RadioSelect,
        initial=HoldWish.KEEP,
    )
    hold_until = _moment(_("Not before"), required=False)
    outcome = forms.TypedChoiceField(
        label=_("What did you do?"),
        required=False,
        empty_value=None,
        coerce=OutcomeKind,
        choices=lambda: [("", _("Nothing to report yet")), *wording.DONE.items()],
        widget=forms.Select(attrs={"class": "in"}),
    )
    happened_on = forms.DateField(
        label=_("On which day"),
        required=False,
        input_formats=[DAY],
        widget=forms.DateInput(attrs={"class": "in", "type": "date"}, format=DAY),
    )
    reference = _line(_("Your file number"), long=80, required=False)

    asked: Asked

    @classmethod
    def about(cls, asked: Asked, data: Any = None, **kwargs: Any) -> Self:
        """The form for what can be said now; filled with what was sent, if anything was."""
        form = cls(data, **kwargs)
        form.asked = asked
        if not asked.may_hold or asked.follow_up:
            del form.fields["hold"], form.fields["hold_until"]
        if not asked.may_conclude:
            del form.fields["outcome"], form.fields["happened_on"]
        return form

    @property
    def choices_now(self) -> list[Any]:
        """The radio buttons of the answers that follow."""
        return [option for option in self["answer"] if option.data["value"] in set(self.asked.answers)]

    @property
    def wishes_now(self) -> list[Any]:
        """Letting go is a choice only where something is held."""
        return [
            option for option in self["hold"] if self.asked.hold or option.data["value"] != HoldWish.RELEASE
        ]

    @property
    def is_about_hold(self) -> bool:
        """Something was chosen or is wrong there, so that it must not be folded."""
        wrong = {"hold", "hold_until"} & set(self.errors)
        return bool(wrong) or self["hold"].value() not in {None, "", HoldWish.KEEP}

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        self._check_answer(given)
        self._check_hold(given)
        if given.get("outcome") and not given.get("happened_on") and "happened_on" not in self.errors:
            self.add_error("happened_on", _("Say on which day."))
        return given

    @property
    def wish(self) -> HoldWish:
        return self.cleaned_data.get("hold") or HoldWish.KEEP

    @property
    def has_reply(self) -> bool:
        """Whether anything but the hold is meant."""
        given = self.cleaned_data
        return bool(given["answer"] or given.get("outcome") or given["words"].strip())

    def reply(self, who: Who) -> Reply:
        """What was sent, once it is valid, with who sends it."""
        given = self.cleaned_data
        return Reply(
            who=who,
            answer=given["answer"],
            words=given["words"],
            reference=given["reference"],
            outcome=given.get("outcome"),
            happened_on=given.get("happened_on"),
            keeps_hold=self.wish is HoldWish.LONGER,
        )

    def _check_answer(self, given: dict[str, Any]) -> None:
        answer, words = given.get("answer"), given.get("words", "").strip()
        silent = not answer and not given.get("outcome") and self.wish is HoldWish.KEEP
        if silent and not (words and self.asked.may_add) and not {"answer", "words"} & set(self.errors):
            self._ask_for_something()
        if words or "words" in self.errors:
            return
        if answer is Answer.DECLINED:
            self.add_error("words", _("Say why it is not for you."))
        if answer is Answer.NEEDS_INFO:
            self.add_error("words", _("Say what is missing."))

    def _ask_for_something(self) -> None:
        if self.asked.answers:
            self.add_error("answer", _("Choose an answer."))
        else:
            self.add_error("words", _("Write what you want to add."))

    def _check_hold(self, given: dict[str, Any]) -> None:
        if self.wish is not HoldWish.LONGER or "hold_until" in self.errors:
            return
        until = given.get("hold_until")
        if until is None:
            self.add_error("hold_until", _("Say until when."))
        elif until <= timezone.now():
            self.add_error("hold_until", _("That time is over already. Name one that lies ahead."))


class LinkForm(ReplyForm):
    """Without an account: who answers is asked, and kept sealed."""

    name = _line(_("Your name"), fills="name")
    unit = _line(_("Your organisation and unit"), fills="organization")
    contact = _line(
        _("Your e-mail or phone"), fills="email", hint=_("So that we can ask back. We keep it locked away.")
    )

    def clean_contact(self) -> str:
        contact: str = self.cleaned_data["contact"]
        digits = sum(letter.isdigit() for letter in contact)
        if digits < LEAST_DIGITS and not any(map(_is_address, BETWEEN_CONTACTS.split(contact))):
            raise forms.ValidationError(_("Give an e-mail address or a phone number."))
        return contact

    @property
    def who(self) -> Who:
        given = self.cleaned_data
        return Who(given["name"], AnswerSource.LINK, given["unit"], given["contact"])


class WhichForm(TypedForm):
    """Which document of a referral an agency means: the first, or this follow-up."""

    follow_up = forms.UUIDField(required=False)


class MessageForm(TypedForm):
    """A message of the thread, typed in by who was told or told it."""

    direction = forms.TypedChoiceField(
        label=_("Who said it"),
        coerce=Direction,
        choices=[(Direction.IN, _("The agency, to us")), (Direction.OUT, _("We, to the agency"))],
        widget=forms.RadioSelect,
    )
    words = _words(_("What was said"))
    by_name = _line(_("By whom: name or desk"), long=200)
    source = forms.TypedChoiceField(
        label=_("How"),
        coerce=AnswerSource,
        choices=[("", ""), *wording.SOURCES.items()],
        widget=forms.Select(attrs={"class": "in"}),
    )
    at = _moment(_("When"))


class ReadForm(TypedForm):
    """As far as the page showed it."""

    up_to = forms.DateTimeField(required=False, widget=forms.HiddenInput)
