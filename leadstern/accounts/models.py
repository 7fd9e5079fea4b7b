"""The people who work with Leadstern. Written by `accounts.actions`, read by every stage that names a person."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from leadstern.accounts.terms import RIGHTS, Right, Role, Theme


class UserManager(BaseUserManager["User"]):
    """Django's look-ups by e-mail, letter case ignored."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class Team(models.Model):
    """Colleagues who share leads."""

    name = models.CharField(max_length=80, unique=True)

    def __str__(self) -> str:
        return self.name


class User(AbstractBaseUser):
    """One person who signs in. `language` decides the language of every page they see."""

    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES, default="de")
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True)
    has_shortcuts = models.BooleanField(default=True)
    theme = models.CharField(max_length=5, choices=Theme.choices, default=Theme.AUTO)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_user_per_email")]

    def __str__(self) -> str:
        return self.name

    def roles(self) -> frozenset[Role]:
        """Read once per instance (one query), then remembered."""
        if not hasattr(self, "_roles"):
            self._roles = frozenset(Role(role) for role in self.grants.values_list("role", flat=True))
        return self._roles

    def rights(self) -> frozenset[Right]:
        """None at all once access has ended."""
        if not self.is_active:
            return frozenset()
        return frozenset({Right.SIGNED_IN}).union(*(RIGHTS[role] for role in self.roles()))

    def has_right(self, right: Right) -> bool:
        return right in self.rights()

    def __getstate__(self) -> Any:
        return {key: value for key, value in super().__getstate__().items() if key != "_roles"}


class RoleGrant(models.Model):
    """A role that a person holds."""

    user = models.ForeignKey(User, models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=Role.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="role_granted_once")]
