"""The whole database and all files, as bytes on a disk would tell them: by raw SELECT, past every model."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection


def columns_with(word: str) -> set[str]:
    """ "table.column" wherever the word stands, in any case, in any table of the database."""
    return {place for place, text in _cells() if word in text.lower()}


def files_with(word: str) -> set[str]:
    """Files under the home, but the database itself, with the word in their name or content."""
    home = Path(settings.LEADSTERN_HOME)
    files = (path for path in home.rglob("*") if path.is_file() and not path.name.startswith("leadstern.sqlite3"))
    return {str(path) for path in files if word in path.name.lower() or word.encode() in path.read_bytes().lower()}


def _cells() -> Iterator[tuple[str, str]]:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                yield from ((f"{table}.{name}", str(value)) for name, value in zip(names, row, strict=True))
