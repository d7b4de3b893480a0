"""Guards: every row that is written to a guarded table leaves a digest of itself.

A guard is three triggers. They write one row of `audit_change` a statement (8,192 rows of the
table at most), fire whatever `session_replication_role` says, and cost some microseconds a row.
Which tables are guarded, and which columns count, is declared in Python: a list that stood in
the database could be cut there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.db import connections

_GUARDS: Final[dict[str, "Guard"]] = {}
# A digest must not depend on how a session likes its days and times written.
SETTINGS: Final = {
    "datestyle": "'ISO, YMD'", "timezone": "'UTC'", "bytea_output": "'hex'",
    "extra_float_digits": "1", "intervalstyle": "'iso_8601'",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Guard:
    """A table whose rows are accounted for.

    Shape: `versions` lists the columns that count, oldest list first; the last is in force. A
        column that is added later starts a new version, so that older rows stay true. `reckoned`
        are columns that follow from others and may change by themselves. `by_row` looks at
        updates row by row: for tables whose reckoned columns change by the million.
    """

    table: str
    versions: tuple[tuple[str, ...], ...]
    reckoned: tuple[str, ...] = ()
    by_row: bool = False

    @property
    def version(self) -> int:
        return len(self.versions)

    def text(self, row: str, version: int | None = None) -> str:
        """Return SQL for the text of a row that its digest is taken of."""
        number = version or self.version
        named = ", ".join(f'{row}."{name}"' for name in self.versions[number - 1])
        return f"row('{self.table}'::text, {number}, {row}.id, {named})::text"

    def digest(self, row: str, version: int | None = None) -> str:
        """Return SQL for the digest of a row."""
        return f"sha256(convert_to({self.text(row, version)}, 'UTF8'))"


def guard(
    table: str, *versions: tuple[str, ...], reckoned: tuple[str, ...] = (), by_row: bool = False
) -> None:
    """Declare a guarded table; called once, when a room's app is ready."""
    _GUARDS[table] = Guard(table, versions, reckoned, by_row)


def guards() -> list[Guard]:
    """Return every declared guard, by table."""
    return [_GUARDS[table] for table in sorted(_GUARDS)]


# --- what stands in the database -----------------------------------------------------------

_WRITTEN: Final = "insert into audit_change (table_name, version, op, pks, digests)"


def functions(one: Guard) -> dict[str, str]:
    """Return the bodies of the guard's functions, by what they look at."""
    begun = f"begin\n  {_WRITTEN}\n  select '{one.table}', {one.version}, "
    ended = "\n  return null;\nend"
    insert = (
        f"{begun}'I', array_agg(id), array_agg(digest)\n"  # noqa: S608 - our own names
        f"  from (select t.id, {one.digest('t')} as digest from arrived t) line\n"
        f"  group by id >> 13;{ended}"
    )  # fmt: skip
    delete = f"{begun}'D', array_agg(t.id), '{{}}'\n  from gone t group by t.id >> 13;{ended}"
    update = (
        f"{begun}'U', array_agg(id), array_agg(digest)\n"  # noqa: S608 - our own names
        f"  from (select n.id, {one.digest('n')} as digest\n"
        f"        from arrived n left join gone o on o.id = n.id\n"
        f"        where o.id is null or {one.text('n')} <> {one.text('o')}) line\n"
        f"  group by id >> 13;{ended}"
    )
    if one.by_row:
        update = f"{begun}'U', array[new.id], array[{one.digest('new')}];{ended}"
    return {"insert": insert, "update": update, "delete": delete}


def _triggers(one: Guard) -> dict[str, str]:
    table, name = one.table, "create trigger audit_guard_"
    call = "execute function ngangtam_guard_" + table
    old = ", ".join(f'old."{column}"' for column in one.versions[-1])
    new = ", ".join(f'new."{column}"' for column in one.versions[-1])
    update = (
        f"{name}update after update on {table} for each row"
        f" when ((old.id, {old}) is distinct from (new.id, {new})) {call}_update()"
        if one.by_row
        else f"{name}update after update on {table} referencing new table as arrived"
        f" old table as gone for each statement {call}_update()"
    )
    return {
        "insert": f"{name}insert after insert on {table} referencing new table as arrived"
        f" for each statement {call}_insert()",
        "update": update,
        "delete": f"{name}delete after delete on {table} referencing old table as gone"
        f" for each statement {call}_delete()",
    }


_STANDING: Final = """
select c.relname, t.tgname, t.tgenabled, p.prosrc, pg_get_triggerdef(t.oid)
from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
where t.tgname in ('audit_guard_insert', 'audit_guard_update', 'audit_guard_delete')
  and c.relnamespace = 'public'::regnamespace
"""


def faults(using: str = "default") -> Iterator[tuple[Guard, str]]:
    """Yield every guard that does not stand as it was declared, with what is wrong with it."""
    with connections[using].cursor() as cursor:
        cursor.execute(_STANDING)
        standing = {(row[0], row[1].removeprefix("audit_guard_")): row[2:]
                    for row in cursor.fetchall()}  # fmt: skip
        present = _tables(using)
    for one in guards():
        if one.table not in present:
            continue
        for part, source in functions(one).items():
            found = standing.get((one.table, part))
            if found is None:
                yield one, "missing"
            elif found[0] != "A":
                yield one, "off"
            elif found[1].strip() != source or not _watches(one, part, found[2]):
                yield one, "altered"
            else:
                continue
            break


def _watches(one: Guard, part: str, definition: str) -> bool:
    """Whether a row-wise trigger still asks about every column that counts."""
    if part != "update" or not one.by_row:
        return " FOR EACH STATEMENT " in definition and " WHEN " not in definition
    said = definition.lower().replace('"', "")
    return all(f"new.{name}" in said for name in one.versions[-1])


def _tables(using: str) -> set[str]:
    with connections[using].cursor() as cursor:
        cursor.execute("select tablename from pg_tables where schemaname = 'public'")
        return {row[0] for row in cursor.fetchall()}


def _columns(table: str, using: str) -> set[str]:
    with connections[using].cursor() as cursor:
        described = connections[using].introspection.get_table_description(cursor, table)
    return {column.name for column in described}


def install(using: str = "default") -> list[Guard]:
    """Put up every guard that does not stand; return those of tables never guarded before.

    What such a table already holds waits to be taken as it stands. A table whose guard was torn
    down is not taken again: what happened meanwhile must be found.
    """
    fresh = []
    for one, _fault in list(faults(using)):
        # A guard over a column that is not there would stop every writing; verification says
        # that it does not stand.
        if not {"id", *one.versions[-1]} <= _columns(one.table, using):
            continue
        _put_up(one, using)
        with connections[using].cursor() as cursor:
            cursor.execute("select exists (select from audit_change where table_name = %s)",
                           [one.table])  # fmt: skip
            if not cursor.fetchone()[0]:
                fresh.append(one)
    return fresh


def _put_up(one: Guard, using: str) -> None:
    settings = " ".join(f"set {name} = {value}" for name, value in SETTINGS.items())
    with connections[using].cursor() as cursor:
        for part, source in functions(one).items():
            name = f"ngangtam_guard_{one.table}_{part}"
            # Plans outlive one statement; one made for a single row must not serve a million.
            cursor.execute(
                f"create or replace function {name}() returns trigger language plpgsql"
                f" security definer set search_path = public, pg_temp {settings}"
                f" set enable_nestloop = off as $guard$\n{source}\n$guard$"
            )
            cursor.execute(f"revoke execute on function {name}() from public")
        for part, trigger in _triggers(one).items():
            cursor.execute(f"drop trigger if exists audit_guard_{part} on {one.table}")
            cursor.execute(trigger)
            cursor.execute(f"alter table {one.table} enable always trigger audit_guard_{part}")


_TAKE: Final = f"""
{_WRITTEN}
select '{{table}}', {{version}}, 'B', array_agg(id), array_agg(digest)
from (select t.id, {{digest}} as digest from {{table}} t {{where}}) line
group by id >> 13
"""  # noqa: S608 - our own names


def take_as_it_stands(one: Guard, pks: list[int] | None = None, using: str = "default") -> None:
    """Lay down digests of the rows a table holds now: of all, or of those named.

    Runs inside the caller's transaction, whose event accounts for it.
    """
    where = "" if pks is None else "where t.id = any (%s)"
    order = _TAKE.format(table=one.table, version=one.version, digest=one.digest("t"), where=where)
    with connections[using].cursor() as cursor:
        for name, value in SETTINGS.items():
            cursor.execute(f"set local {name} = {value}")
        cursor.execute(order, None if pks is None else [pks])


def take_as_gone(one: Guard, pks: list[int], using: str = "default") -> None:
    """Lay down that these rows are not there, as `take_as_it_stands` does of those that are."""
    with connections[using].cursor() as cursor:
        cursor.execute(f"{_WRITTEN} values (%s, %s, 'D', %s, '{{}}')",
                       [one.table, one.version, pks])  # fmt: skip
