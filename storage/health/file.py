"""The file itself: SQLite's own examination. PostgreSQL looks after its files by itself (`pg_amcheck` asks it to)."""

from collections.abc import Iterator

from storage.health.check import Check, Look

_SOUND = "ok"


def _damage(look: Look) -> Iterator[str]:
    """Tell what SQLite says of its pages and indexes; it names tables and row ids, never what stands in them."""
    if look.connection.dialect.name == "sqlite":
        for line in look.connection.exec_driver_sql("PRAGMA integrity_check").scalars():
            if line != _SOUND:
                yield from str(line).splitlines()


CHECKS = (Check(name="file", broken="faults in the database file", find=_damage),)
