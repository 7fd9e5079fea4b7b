"""Numbers of rows as a company has them after a year: above 1,000, where languages write a separator."""

from django.db import connection, models

LARGE = 3000


def count_from(*kinds: type[models.Model], number: int = LARGE) -> None:
    """The next row of each table gets a number above `number`."""
    for kind in kinds:
        table = kind._meta.db_table
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, number])
            else:
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, number])
