"""Forms of the combined pages: a note on a lead."""

from django import forms
from django.utils.translation import gettext_lazy as _

# `t` (note) means the same on every page: it begins one. Saving an empty one was never what somebody meant.
_NOTE = forms.Textarea(attrs={"rows": 3, "data-focus-key": "t", "data-name": _("Write a note")})


class NoteForm(forms.Form):
    """A note on the timeline."""

    text = forms.CharField(label=_("Note"), max_length=4000, widget=_NOTE)
