"""Django forms of the staff pages: a new form, a file to give away, hand entry. Called by the views."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leadstern.capture.logic.files import SUFFIXES
from leadstern.capture.models import Form, Magnet
from leadstern.capture.terms import FormKind
from leadstern.visitors.models import Site


class NewFormForm(forms.ModelForm):  # type: ignore[type-arg]
    """What has to be known before the builder opens."""

    key = forms.RegexField(
        r"^[a-z0-9-]+$",
        label=_("Key in the address"),
        max_length=60,
        help_text=_("Small letters, digits and hyphens, for example contact-roof."),
        error_messages={"invalid": _("Use small letters, digits and hyphens only.")},
    )

    class Meta:
        model = Form
        fields = ("name", "key", "kind", "site", "magnet")
        labels = {
            "name": _("Name"),
            "kind": _("Kind"),
            "site": _("Website"),
            "magnet": _("Download offer"),
        }
        help_texts = {
            "name": _("For colleagues; visitors do not see it."),
            "site": _("Pages of this website may show the form. Without one: pages of every website that is set up."),
            "magnet": _("For downloads only."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, model in (("site", Site), ("magnet", Magnet)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset, field.required = model.objects.order_by("-id"), False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") == FormKind.DOWNLOAD and data.get("magnet") is None:
            self.add_error("magnet", _("Choose the file that is given in exchange."))
        return data


class MagnetForm(forms.Form):
    """A file and what it is called."""

    title = forms.CharField(
        label=_("Title"), max_length=120, help_text=_("Stands in the mail and on the download page.")
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("PDF, EPUB, MP3, MP4, ZIP, PNG, JPEG, DOCX or XLSX, up to 100 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(SUFFIXES)}),
    )


class ReasonForm(forms.Form):
    """Why a submission is put aside."""

    reason = forms.CharField(label=_("Reason"), max_length=200)
