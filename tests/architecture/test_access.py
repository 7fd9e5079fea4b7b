"""No address is open by accident: every view names its right or says that strangers may use it."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

OTHERS = ("allauth.", "django.")


def _views(resolver: URLResolver) -> Iterator[URLPattern]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _views(pattern)
        else:
            yield pattern


def test_every_view_names_its_right_or_is_public_on_purpose() -> None:
    open_ones = [
        f"{pattern.callback.__module__}.{pattern.callback.__name__}"
        for pattern in _views(get_resolver())
        if not hasattr(pattern.callback, "rights") and not pattern.callback.__module__.startswith(OTHERS)
    ]
    assert open_ones == []
