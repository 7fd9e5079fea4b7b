"""The form for a new version of a text. Enters: what staff typed. Leaves: cleaned text for `consent.actions`."""

from django import forms
from django.utils.translation import gettext_lazy as _


class WordingForm(forms.Form):
    """One text. Plain text: it is shown to strangers exactly as entered."""

    text = forms.CharField(
        label=_("Text"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "Plain text. It is shown exactly like this, and kept with every enquiry it was shown for. Name your "
            "company in it: a consent must say to whom it is given."
        ),
    )
