"""What a hundred thousand rows at once cost: fewer indexes, and no seat numbers where none exist.

A post without a fixed number of seats has no seats to tell apart: its holders have seat 0, which
the exclusion leaves out. A tree of paths is read as a range of the list's own index.
"""

import django.db.models.deletion
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import migrations, models

# Holders without a seat number take up seats too, as many as they are from that day on.
HIGHEST = """
create or replace function ngangtam_highest_seat(post bigint, day date) returns integer
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return (
    select coalesce(max(g.seat), 0) + count(*) filter (
      where g.seat = 0 and g.valid && daterange(coalesce(day, current_date), null))
    from personnel_posting g
    where g.post_id = post and g.voided_at is null
      and (day is null or g.valid && daterange(day, null))
  );
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("personnel", "0008_names"),
        ("organisation", "0003_walls_and_paths"),
    ]
    operations = [
        migrations.RunSQL(HIGHEST, migrations.RunSQL.noop),
        migrations.RemoveConstraint("posting", "personnel_posting_one_holder_a_seat"),
        migrations.AddConstraint(
            "posting",
            ExclusionConstraint(
                name="personnel_posting_one_holder_a_seat",
                expressions=[
                    ("post", RangeOperators.EQUAL),
                    ("seat", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=models.Q(voided_at__isnull=True, seat__gt=0),
                violation_error_message="This seat is already held in that period.",
            ),
        ),
        migrations.RemoveIndex("person", "personnel_person_path"),
        # The index on (person, kind) serves it.
        migrations.AlterField(
            "record",
            "person",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="records",
                to="personnel.person", db_index=False,
            ),
        ),
    ]  # fmt: skip
