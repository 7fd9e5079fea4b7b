"""Forms about people: one's own profile, a new colleague, roles, a team."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leadstern.accounts.models import Team, User
from leadstern.accounts.queries import is_known_address, teams
from leadstern.accounts.terms import Role

ROLE_HELP = _("Several roles add up. Without a role a person sees their own profile only.")


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """What everyone decides for themselves."""

    class Meta:
        model = User
        fields = ("name", "phone", "language", "theme", "has_shortcuts")
        labels = {
            "name": _("Name"),
            "phone": _("Telephone"),
            "language": _("Language"),
            "theme": _("Colours"),
            "has_shortcuts": _("Use single keys (for example j and k to move, n for a new lead)"),
        }
        help_texts = {
            "name": _("As colleagues and customers read it."),
            "language": _("Of every page and of the messages you get."),
        }
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        }


def _roles_field() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("Roles"), choices=Role.choices, required=False, widget=forms.CheckboxSelectMultiple, help_text=ROLE_HELP
    )


def _offer_teams(form: forms.BaseForm) -> None:
    team = form.fields["team"]
    assert isinstance(team, forms.ModelChoiceField)
    team.queryset, team.empty_label = teams(), gettext("No team")


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new colleague. Their password they set themselves, by the link in the mail they get."""

    roles = _roles_field()

    class Meta:
        model = User
        fields = ("name", "email", "phone", "language", "team")
        labels = {
            "name": _("Name"),
            "email": _("E-mail address"),
            "phone": _("Telephone"),
            "language": _("Language"),
            "team": _("Team"),
        }
        help_texts = {"email": _("They sign in with it. A link to set the password goes there.")}
        widgets = {"email": forms.EmailInput(attrs={"autocomplete": "off"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_teams(self)

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip()
        if is_known_address(email):
            raise forms.ValidationError(_("This address has an account already."))
        return email


class RolesForm(forms.ModelForm):  # type: ignore[type-arg]
    """Team and roles of a colleague."""

    roles = _roles_field()

    class Meta:
        model = User
        fields = ("team",)
        labels = {"team": _("Team")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_teams(self)
        self.fields["roles"].initial = sorted(self.instance.roles())


class TeamForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new team."""

    class Meta:
        model = Team
        fields = ("name",)
        labels = {"name": _("Name of the team")}
