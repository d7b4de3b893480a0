"""A file that turned out to be a second one of the same person is closed as a whole.

What it says of degrees, titles and the Party is struck out with it: nothing is changed by that in
the file that stands, where the same waits for a second officer. Only in a file that is closed.
"""

from django.db import migrations

CLOSED = """
create function ngangtam_strike_out_closed(subject bigint, origin bigint, who text, why text)
returns integer
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare struck integer;
begin
  if ngangtam_is_web() and not ngangtam_keeps(subject) then
    raise exception 'no right to change that file' using errcode = '42501';
  end if;
  if not exists (select from personnel_person where id = subject and voided_at is not null) then
    raise exception 'the file stands; two officers change it' using errcode = '42501';
  end if;
  update personnel_record set voided_at = now(), voided_by = who, void_reason = why
  where person_id = subject and source_id = origin and voided_at is null
    and kind in ('education', 'academic_title', 'party');
  get diagnostics struck = row_count;
  return struck;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("corrections", "0002_walls")]
    operations = [
        migrations.RunSQL(
            CLOSED, "drop function ngangtam_strike_out_closed(bigint, bigint, text, text)"
        )
    ]
