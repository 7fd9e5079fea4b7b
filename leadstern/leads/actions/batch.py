"""A batch of arrivals becomes leads with a constant number of queries. Called by `take_submissions`.

`Batch.load` reads what is known, `place` decides in memory, one arrival after the other, `save` writes all of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

from django.db.models import F, Q
from django.utils.translation import gettext as _

from leadstern.core.rows import append_rows, insert_rows
from leadstern.core.text import company_key
from leadstern.leads.among import Among
from leadstern.leads.logic import (
    COLUMNS,
    EXTERNAL,
    PHONE,
    VISITOR,
    Arrival,
    FieldChange,
    Key,
    Person,
    contradicts,
    is_domain_of,
    is_same_company,
    learn,
    new_person,
    search_text,
)
from leadstern.leads.models import Activity, Change, Company, Identity, Lead
from leadstern.leads.terms import ActivityKind, Health, IdentityKind

OWN_COLUMNS = itemgetter(*COLUMNS)
UNKNOWN = Health.UNKNOWN.value
MOST_SHARING = 20


class Event(NamedTuple):
    """What the timeline will say of an arrival. `kind` is one of `ActivityKind`."""

    kind: str
    content: str
    data: dict[str, Any]
    by_id: int | None = None


@dataclass
class Batch:
    """The people, companies and identities that a batch touches."""

    now: datetime
    owners: dict[Key, list[Person]] = field(default_factory=dict)
    known: list[Person] = field(default_factory=list)
    created: list[Person] = field(default_factory=list)
    by_domain: dict[str, Company] = field(default_factory=dict)
    by_name: dict[str, Company] = field(default_factory=dict)
    companies: list[Company] = field(default_factory=list)
    identities: list[tuple[Key, Person, str]] = field(default_factory=list)
    events: list[tuple[Person, Arrival, Event]] = field(default_factory=list)
    changes: list[tuple[Person, Arrival, FieldChange]] = field(default_factory=list)
    doubts: list[tuple[Person, Arrival, str, Person]] = field(default_factory=list)

    @classmethod
    def load(cls, arrivals: list[Arrival], *, now: datetime) -> "Batch":
        """Reads everybody and every company the arrivals may mean: four queries, leads locked in id order."""
        batch = cls(now)
        wanted = _wanted(arrivals)
        lead_ids = set(Identity.objects.filter(wanted).values_list("lead_id", flat=True)) if wanted else set()
        leads = list(Lead.objects.filter(id__in=lead_ids).order_by("id").select_for_update())
        batch._load_companies(arrivals, leads)
        people = {lead.pk: batch._known(lead) for lead in leads}
        for identity in Identity.objects.filter(lead_id__in=lead_ids).order_by("id"):
            if person := people.get(identity.lead_id):
                key = (identity.kind, identity.value)
                person.keys[key] = identity.shown
                batch.owners.setdefault(key, []).append(person)
        batch.known = list(people.values())
        return batch

    def _load_companies(self, arrivals: list[Arrival], leads: list[Lead]) -> None:
        domains = {arrival.domain for arrival in arrivals if arrival.domain}
        names = {company_key(arrival.values["company"]) for arrival in arrivals if "company" in arrival.values}
        ids = {lead.company_id for lead in leads if lead.company_id}
        if not (domains or names or ids):
            return
        found = Company.objects.filter(
            Q(Among(F("domain"), domains)) | Q(Among(F("name_key"), names)) | Q(id__in=ids)
        ).order_by("id")
        rows = {company.pk: company for company in found}
        for company in rows.values():
            self._remember(company)
        for lead in leads:
            lead.company = rows.get(lead.company_id) if lead.company_id else None

    def _remember(self, company: Company) -> None:
        self.by_name.setdefault(company.name_key, company)
        if company.domain:
            self.by_domain.setdefault(company.domain, company)

    @staticmethod
    def _known(lead: Lead) -> Person:
        values = {column: getattr(lead, column) for column in COLUMNS}
        values["company"] = lead.company.name if lead.company else ""
        return Person(values, lead.captured_at, lead_id=lead.pk, company=lead.company, lead=lead)

    def place(self, arrival: Arrival, event: Event) -> None:
        """Finds or makes the person of this arrival and takes over what it tells."""
        owners = [(key, owner) for key in arrival.keys for owner in self.owners.get(key, ())]
        person = self._match(arrival, owners) if owners else None
        own = {key for key, owner in owners if owner is person}
        others = {key: owner for key, owner in reversed(owners) if key not in own}
        for key in others:
            if not self._can_share(key):
                arrival.extra[key[0]] = arrival.keys[key]
        company = self._company_for(arrival, person)
        if person is None:
            person = self._create(arrival, company)
        else:
            is_same_id = any(key[0] == EXTERNAL and owner is person for key, owner in owners)
            self._teach(person, arrival, company, is_same_id=is_same_id)
        self._attach(person, arrival)
        self.doubts += [(person, arrival, key[0], owner) for key, owner in others.items()]
        self.events.append((person, arrival, event))

    def _can_share(self, key: Key) -> bool:
        """A number of too many is nobody's."""
        return key[0] == PHONE and len(self.owners[key]) < MOST_SHARING

    @staticmethod
    def _match(arrival: Arrival, owners: list[tuple[Key, Person]]) -> Person | None:
        sure = (owner for key, owner in owners if key[0] != PHONE or not contradicts(owner, arrival))
        return next(sure, None)

    def _create(self, arrival: Arrival, company: Company | None) -> Person:
        person = new_person(arrival)
        person.company = company
        self.created.append(person)
        return person

    def _teach(self, person: Person, arrival: Arrival, company: Company | None, *, is_same_id: bool) -> None:
        self.changes += [(person, arrival, change) for change in learn(person, arrival, is_same_id=is_same_id)]
        if company and person.values.get("company") == company.name:
            person.company = company

    def _attach(self, person: Person, arrival: Arrival) -> None:
        for key, shown in arrival.keys.items():
            self._recognise(person, key, shown)
        if arrival.visitor:
            self._recognise(person, (VISITOR, arrival.visitor), "")

    def _recognise(self, person: Person, key: Key, shown: str) -> None:
        owners = self.owners.setdefault(key, [])
        if not any(owner is person for owner in owners) and (not owners or self._can_share(key)):
            owners.append(person)
            person.keys[key] = shown
            person.is_dirty = True
            self.identities.append((key, person, shown))

    def _company_for(self, arrival: Arrival, person: Person | None) -> Company | None:
        """The company this arrival names, by its name, else by the domain of its address; the arrival gets its name."""
        name = arrival.values.get("company")
        at_domain = self.by_domain.get(arrival.domain) if arrival.domain else None
        if not name:
            if at_domain is None or (person and person.values.get("company")):
                return None
            arrival.values["company"] = at_domain.name
            return at_domain
        key = company_key(name)
        company = at_domain if at_domain and at_domain.name_key == key else self.by_name.get(key)
        if company is None and at_domain and is_same_company(key, at_domain.name_key):
            company = at_domain
        if company is None:
            has_domain = arrival.domain is not None and not at_domain and is_domain_of(arrival.domain, key)
            domain = arrival.domain if has_domain else None
            company = Company(name=name, name_key=key, domain=domain, created_at=self.now)
            self.companies.append(company)
            self._remember(company)
        arrival.values["company"] = company.name
        return company

    def save(self) -> None:
        """Writes companies, leads, identities, activities, changes; unique values in order, against deadlocks."""
        self._save_companies()
        self._create_leads()
        self._update_leads()
        self.identities.sort(key=lambda identity: identity[0])
        append_rows(
            Identity,
            ("lead", "kind", "value", "shown", "health", "health_reason", "created_at"),
            (
                (person.lead_id, kind, value, shown, UNKNOWN, "", self.now)
                for (kind, value), person, shown in self.identities
            ),
        )
        names = ("lead", "kind", "at", "content", "submission", "by", "data", "key")
        append_rows(Activity, names, [*self._activities(), *self._notes()])
        append_rows(
            Change,
            ("lead", "field", "before", "after", "at", "submission"),
            (
                (person.lead_id, change.field, change.before, change.after, self.now, arrival.submission_id)
                for person, arrival, change in self.changes
            ),
        )

    def _save_companies(self) -> None:
        companies = sorted(self.companies, key=lambda company: (company.domain or "", company.name_key))
        rows = [(company.name, company.name_key, company.domain, company.created_at) for company in companies]
        ids = insert_rows(Company, ("name", "name_key", "domain", "created_at"), rows)
        for company, company_id in zip(companies, ids, strict=True):
            company.pk = company_id

    def _create_leads(self) -> None:
        names = (*COLUMNS, "company", "search", "captured_at", "created_at", "is_changed")
        rows = []
        for person in self.created:
            company_id = person.company.pk if person.company else None
            search = search_text(person.values, person.keys)
            rows.append((*OWN_COLUMNS(person.values), company_id, search, person.captured_at, self.now, True))
        for person, lead_id in zip(self.created, insert_rows(Lead, names, rows), strict=True):
            person.lead_id = lead_id

    def _update_leads(self) -> None:
        dirty = [person for person in self.known if person.is_dirty]
        for person in dirty:
            _fill(person)
        if dirty:
            fields = [*COLUMNS, "company", "search", "captured_at"]
            Lead.objects.bulk_create(
                (person.lead for person in dirty), update_conflicts=True, unique_fields=["id"], update_fields=fields
            )
        if self.known:
            Lead.objects.filter(id__in=[person.lead_id for person in self.known]).update(is_changed=True)

    def _activities(self) -> Iterator[tuple[Any, ...]]:
        for person, arrival, event in self.events:
            submission_id, content = arrival.submission_id, event.content[:500]
            key = f"submission:{submission_id}"
            yield (
                person.lead_id, event.kind, arrival.captured_at, content, submission_id, event.by_id, event.data, key
            )  # fmt: skip

    def _notes(self) -> Iterator[tuple[Any, ...]]:
        for person, arrival, kind, other in self.doubts:
            data = {"code": "possible_duplicate", "lead": other.lead_id, "by": kind}
            key, submission_id = f"doubt:{arrival.submission_id}:{kind}", arrival.submission_id
            content = _doubt(kind, other.lead_id)
            yield person.lead_id, ActivityKind.NOTE.value, self.now, content, submission_id, None, data, key


def _doubt(kind: str, other: int | None) -> str:
    return _("Possibly the same person as lead %(number)s: same %(kind)s.") % {
        "number": other,
        "kind": IdentityKind(kind).label,
    }


def _wanted(arrivals: list[Arrival]) -> Q | None:
    values: dict[str, set[str]] = {}
    for arrival in arrivals:
        for kind, value in arrival.keys:
            values.setdefault(kind, set()).add(value)
        if arrival.visitor:
            values.setdefault(VISITOR, set()).add(arrival.visitor)
    wanted: Q | None = None
    for kind, of_kind in values.items():
        term = Q(Among(F("value"), of_kind), kind=kind)
        wanted = term if wanted is None else wanted | term
    return wanted


def _fill(person: Person) -> None:
    lead = person.lead
    for column in COLUMNS:
        if column in person.values:
            setattr(lead, column, person.values[column])
    lead.company = person.company
    lead.captured_at = person.captured_at
    lead.search = search_text(person.values, person.keys)
