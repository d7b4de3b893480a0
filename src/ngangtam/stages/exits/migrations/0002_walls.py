"""The second wall around leaving a post.

What is proposed comes from the worker alone: the web adds no proposal.

Who is proposed is seen over the path alone, and by the person once told. A letter is its writer's
until somebody may consider it. A decision ends exactly the posting that its departure names: who
decides keeps no files, so a policy lets that one change through and nothing else.
"""

from django.db import migrations

_OVER = "{0} <@ any ((select ngangtam_scopes('{1}'))::ltree[])"
VIEWS = _OVER.format("path", "case.view")
RUNS = _OVER.format("path", "case.run")
DECIDES = _OVER.format("path", "case.decide")
KEEPS = _OVER.format("path", "person.change")
OWN = "(select ngangtam_own_person())"
OTHER = f"person_id is distinct from {OWN}"
ME = "(select ngangtam_viewer())"


def step(table: str, fixed: tuple[str, ...], more: str = "") -> str:
    """Return a trigger under which the web changes none of the fixed columns."""
    old = ", ".join(f"old.{one}" for one in fixed)
    new = ", ".join(f"new.{one}" for one in fixed)
    return f"""
create function ngangtam_exits_{table}_step() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare me bigint;
begin
  if not ngangtam_is_web() then return new; end if;
  me := ngangtam_own_person();
  if ({old}) is distinct from ({new}) {more}
  then raise exception 'this may not be changed' using errcode = '42501'; end if;
  return new;
end $$;
create trigger exits_{table}_step before update on exits_{table}
  for each row execute function ngangtam_exits_{table}_step();
"""


STEPS = {
    "proposal": step(
        "proposal", ("id", "person_id", "unit_id", "path", "ground", "exit", "mark", "first_seen")
    ),
    "statement": step(
        "statement",
        (
            "id",
            "person_id",
            "path",
            "about",
            "day",
            "until",
            "figure",
            '"of"',
            "word",
            "says",
            "decision_id",
            "file_id",
            "recorded_by_id",
            "recorded_at",
        ),
    ),
    "letter": step(
        "letter",
        (
            "id",
            "person_id",
            "unit_id",
            "path",
            "post_id",
            "ground",
            "text",
            "wished",
            "sent_at",
            "sent_by_id",
        ),
        """
    or old.state in ('withdrawn', 'refused', 'agreed')
    or old.person_id is not distinct from me and (new.state <> 'withdrawn'
      or (old.answer, old.answered_by_id, old.case_number) is distinct from
         (new.answer, new.answered_by_id, new.case_number))
    or old.person_id is distinct from me and new.state = 'withdrawn'
""",
    ),
    "suspension": step(
        "suspension",
        (
            "id",
            "person_id",
            "unit_id",
            "path",
            "post_id",
            "ground",
            "first",
            '"last"',
            '"limit"',
            "decision_id",
            "reason",
            "made_by_id",
            "made_at",
        ),
        "or old.extended_to is not null and new.extended_to is distinct from old.extended_to",
    ),
}

WALLS = f"""
alter table exits_proposal enable row level security;
create policy proposal_read on exits_proposal for select using (
  {VIEWS} and {OTHER} or person_id = {OWN} and told_at is not null
);
create policy proposal_change on exits_proposal for update
  using (({RUNS} or {DECIDES}) and {OTHER}) with check (({RUNS} or {DECIDES}) and {OTHER});
{STEPS["proposal"]}

alter table exits_statement enable row level security;
create policy statement_read on exits_statement for select using ({VIEWS} and {OTHER});
create policy statement_add on exits_statement for insert with check (
  {RUNS} and {OTHER} and recorded_by_id = {ME} and voided_at is null
);
create policy statement_change on exits_statement for update
  using ({RUNS} and {OTHER} and voided_at is null)
  with check (voided_at is not null and voided_by_id = {ME});
{STEPS["statement"]}

alter table exits_letter enable row level security;
create policy letter_read on exits_letter for select using (person_id = {OWN} or {VIEWS});
create policy letter_add on exits_letter for insert with check (
  person_id = {OWN} and sent_by_id = {ME} and state = 'sent' and case_number = ''
);
create policy letter_change on exits_letter for update
  using (person_id = {OWN} or {RUNS} or {DECIDES})
  with check (person_id = {OWN} or {RUNS} or {DECIDES});
{STEPS["letter"]}

alter table exits_suspension enable row level security;
create policy suspension_read on exits_suspension for select using (person_id = {OWN} or {VIEWS});
create policy suspension_add on exits_suspension for insert with check (
  ({RUNS} or {DECIDES}) and {OTHER} and made_by_id = {ME} and state = 'running'
);
create policy suspension_change on exits_suspension for update
  using (({RUNS} or {DECIDES}) and {OTHER} and state = 'running')
  with check (({RUNS} or {DECIDES}) and {OTHER});
{STEPS["suspension"]}

alter table exits_departure enable row level security;
create policy departure_read on exits_departure for select using (person_id = {OWN} or {VIEWS});
create policy departure_add on exits_departure for insert with check (
  ({DECIDES} or {KEEPS}) and {OTHER} and decided_by_id = {ME}
);

create policy posting_of_departure on personnel_posting for update
  using (exists (select 1 from exits_departure d
    where d.posting_id = personnel_posting.id and d.decided_by_id = {ME}))
  with check (exists (select 1 from exits_departure d
    where d.posting_id = personnel_posting.id and d.decided_by_id = {ME}
      and upper(personnel_posting.valid) = d.day));
create policy posting_after_departure on personnel_posting for insert with check (
  exists (select 1 from exits_departure d
    where d.person_id = personnel_posting.person_id and d.to_post_id = personnel_posting.post_id
      and d.decided_by_id = {ME} and lower(personnel_posting.valid) = d.day
      and d.decision_id = personnel_posting.decision_id));

create policy decision_of_exits on organisation_decision for select using (
  exists (select 1 from exits_statement x where x.decision_id = organisation_decision.id)
  or exists (select 1 from exits_departure x where x.decision_id = organisation_decision.id)
  or exists (select 1 from exits_suspension x where organisation_decision.id
    in (x.decision_id, x.extension_id, x.ending_id))
);
create policy file_of_statement on files_storedfile for select using (
  exists (select 1 from exits_statement x where x.file_id = files_storedfile.id)
);
"""  # noqa: S608 - our own names

BACK = """
drop policy file_of_statement on files_storedfile;
drop policy decision_of_exits on organisation_decision;
drop policy posting_after_departure on personnel_posting;
drop policy posting_of_departure on personnel_posting;
drop function ngangtam_exits_proposal_step() cascade;
drop function ngangtam_exits_statement_step() cascade;
drop function ngangtam_exits_letter_step() cascade;
drop function ngangtam_exits_suspension_step() cascade;
"""


class Migration(migrations.Migration):
    dependencies = [("exits", "0001_initial"), ("corrections", "0002_walls")]
    operations = [migrations.RunSQL(WALLS, BACK)]
