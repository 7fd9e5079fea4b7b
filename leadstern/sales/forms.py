"""What people enter about calls, answers, outcomes and sales. Checks shapes; the actions check what is allowed."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from leadstern.core.formats import moment
from leadstern.sales.logic import AnswerInput
from leadstern.sales.queries import Guide
from leadstern.sales.terms import AnswerState, DisqualifyReason, LossReason, Question, RecycleReason, RejectReason

OTHER = "other"


def note_field() -> forms.CharField:
    return forms.CharField(label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class MomentField(forms.DateTimeField):
    """A local day and time, entered with the browser's own control."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


def reason_field(choices: Sequence[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Reason"), choices=[("", "–"), *choices])


class ReachedForm(forms.Form):
    """`key` makes a double click one call."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    note = note_field()
    again_at = MomentField(label=_("Call again at"), required=False)


class NotReachedForm(forms.Form):
    """When to try again: a proposal (ISO 8601 in `again`) or a time of one's own."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    again = forms.CharField(label=_("When do you try again?"), widget=forms.RadioSelect)
    again_at = MomentField(label=_("Another time"), required=False)
    note = note_field()

    def __init__(self, *args: Any, proposals: Sequence[datetime] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(proposal.isoformat(), moment(proposal)) for proposal in proposals]
        widget = self.fields["again"].widget
        assert isinstance(widget, forms.RadioSelect)
        widget.choices = [*choices, (OTHER, _("another time"))]
        if choices:
            self.initial.setdefault("again", choices[0][0])

    def clean(self) -> dict[str, Any]:
        """`again_at` is the chosen moment, whichever way it was chosen."""
        data = super().clean() or self.cleaned_data
        if data.get("again") == OTHER:
            if "again_at" not in self.errors and not data.get("again_at"):
                self.add_error("again_at", _("Please say when to try again."))
        elif data.get("again"):
            data["again_at"] = _read_moment(data["again"])
        return data


def _read_moment(text: str) -> datetime:
    given: datetime | None = None
    with suppress(ValueError):
        given = datetime.fromisoformat(text)
    if given is None or given.tzinfo is None:
        raise ValidationError(_("Please choose one of the times."))
    return given


class SnoozeForm(forms.Form):
    """Not now."""

    until = MomentField(label=_("Remind me at"))


class RecycleForm(forms.Form):
    """Back to nurturing."""

    reason = reason_field(RecycleReason.choices)
    return_at = forms.DateField(
        label=_("Look at it again on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = note_field()


class DisqualifyForm(forms.Form):
    """Sorted out."""

    reason = reason_field(DisqualifyReason.choices)
    note = note_field()


class RejectForm(forms.Form):
    """Back to inside sales."""

    reason = reason_field(RejectReason.choices)
    note = note_field()


class AnswersForm(forms.Form):
    """The four questions: for each whether it is fulfilled, and the words."""

    said_by = forms.CharField(label=_("Who said it"), required=False, max_length=120)

    def __init__(self, *args: Any, guide: Guide, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for line in guide.lines:
            state = line.state.value if line.state else ""
            words = line.answer.text if line.answer else ""
            self.fields[f"{line.question}_state"] = forms.ChoiceField(
                label=line.question.label, choices=[("", "?"), *AnswerState.choices], required=False, initial=state
            )
            self.fields[f"{line.question}_text"] = forms.CharField(
                label=_("In words"), required=False, max_length=500, initial=words
            )

    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """State and words of each question, beside each other."""
        return [(self[f"{question}_state"], self[f"{question}_text"]) for question in Question]

    def answers(self) -> dict[Question, AnswerInput]:
        """What was answered; a question left at "?" is not answered."""
        return {
            question: AnswerInput(AnswerState(state), self.cleaned_data[f"{question}_text"])
            for question in Question
            if (state := self.cleaned_data.get(f"{question}_state"))
        }


class WinForm(forms.Form):
    """Won."""

    value = forms.DecimalField(
        label=_("Value of the order"), required=False, min_value=0, max_digits=14, decimal_places=2, localize=True
    )


class LoseForm(forms.Form):
    """Lost."""

    reason = reason_field(LossReason.choices)
    note = note_field()


class OpportunityForm(forms.Form):
    """An open sale."""

    value = forms.DecimalField(
        label=_("Expected value"), required=False, min_value=0, max_digits=14, decimal_places=2, localize=True
    )
    next_step = forms.CharField(label=_("Next step"), max_length=200)
    expected_at = forms.DateField(
        label=_("Decision expected on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
