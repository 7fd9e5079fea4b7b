"""How a form reads: label, help and errors wired, one summary that takes the focus."""

import re
from collections.abc import Iterator

import pytest
from django import forms
from django.template import engines
from django.utils.translation import override


class Sample(forms.Form):
    name = forms.CharField(label="Name", help_text="As colleagues read it.")
    note = forms.CharField(label="Note", required=False)
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="Agreed", required=False)

    def clean(self) -> None:
        if self.data.get("note") == "no":
            raise forms.ValidationError("The two <b>contradict</b> each other.")


def render(form: forms.Form, template: str = "{{ form }}") -> str:
    return engines["django"].from_string(template).render({"form": form})


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with override("en"):
        yield


def test_a_field_has_its_label_and_its_help_wired() -> None:
    html = render(Sample())
    assert '<label for="id_name">' in html
    assert 'id="id_name_helptext">As colleagues read it.' in html
    assert 'aria-describedby="id_name_helptext"' in html


def test_only_fields_that_may_stay_empty_are_marked() -> None:
    html = render(Sample())
    assert re.findall(r'<label for="(\w+)">[^<]*<span class="optional">', html) == ["id_note"]


def test_a_group_of_choices_is_a_fieldset_with_a_legend() -> None:
    assert re.search(r"<fieldset[^>]*>\s*<legend>\s*Kind", render(Sample()))


def test_a_list_of_choices_shows_groups_and_the_one_that_is_chosen() -> None:
    class Listed(forms.Form):
        size = forms.ChoiceField(choices=[("", "-"), ("Large", [(1_000, "<b>"), (2_000, "Two")])], initial=1_000)

    html = re.sub(r"\s*\n\s*", "", render(Listed(), "{{ form.size }}"))
    assert html == (
        '<select name="size" required id="id_size"><option value="">-</option><optgroup label="Large">'
        '<option value="1000" selected>&lt;b&gt;</option><option value="2000">Two</option></optgroup></select>'
    )


def test_an_error_stands_beside_its_field_and_is_wired() -> None:
    html = render(Sample({"kind": "a"}))
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_error"' in html


def test_the_summary_names_the_fields_and_leads_to_them() -> None:
    html = render(Sample({}))
    assert "Please check these 2 entries. Nothing has been saved yet." in html
    assert '<a href="#id_name">Name: This field is required.</a>' in html
    assert '<a href="#id_kind_0">Kind: This field is required.</a>' in html
    assert "autofocus" in html


def test_the_summary_appears_once_although_the_page_places_it_itself() -> None:
    html = render(Sample({}), '{% include "core/forms/errors.html" with form=form %}{{ form }}')
    assert html.count("error-summary") == 1


def test_what_concerns_the_whole_form_is_in_the_summary_and_escaped() -> None:
    html = render(Sample({"name": "x", "kind": "a", "note": "no"}))
    assert "The two &lt;b&gt;contradict&lt;/b&gt; each other." in html
    assert "Please check this entry." in html


def test_a_form_not_sent_yet_has_no_summary() -> None:
    assert "error-summary" not in render(Sample())
