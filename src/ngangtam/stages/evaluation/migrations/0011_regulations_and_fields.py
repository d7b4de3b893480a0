"""What public units' regulations and heads say of points and of fields, with their walls."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import ngangtam.foundation.kernel.models

HELD = "{0} <@ any ((select ngangtam_scopes('{1}'))::ltree[])"
READS = " or ".join(
    HELD.format("path", verb)
    for verb in ("evaluation.view", "evaluation.run", "evaluation.decide", "work.assign")
)
UNIT = "(select u.path from organisation_unit u where u.id = unit_id)"
# A regulation is published inside the unit: everybody reads it. A field is of the deputy, and of
# those who evaluate there. Neither is changed afterwards; nobody sets the own field.
WALL = f"""
alter table evaluation_unitpoints enable row level security;
create policy unitpoints_read on evaluation_unitpoints for select using (true);
create policy unitpoints_add on evaluation_unitpoints for insert with check (
  set_by_id = (select ngangtam_viewer()) and path = {UNIT}
  and {HELD.format("path", "evaluation.decide")});
alter table evaluation_ledfield enable row level security;
create policy ledfield_read on evaluation_ledfield for select
  using (person_id = (select ngangtam_own_person()) or {READS});
create policy ledfield_add on evaluation_ledfield for insert with check (
  set_by_id = (select ngangtam_viewer()) and path = {UNIT}
  and person_id is distinct from (select ngangtam_own_person())
  and {HELD.format("path", "work.assign")});
"""  # noqa: S608 - our own names
DOWN = """
drop policy ledfield_add on evaluation_ledfield;
drop policy ledfield_read on evaluation_ledfield;
drop policy unitpoints_add on evaluation_unitpoints;
drop policy unitpoints_read on evaluation_unitpoints;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("evaluation", "0010_as_the_web"),
        ("organisation", "0003_walls_and_paths"),
        ("personnel", "0011_decisions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LedField",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("path", ngangtam.foundation.kernel.models.LtreeField(editable=False)),
                ("first", models.DateField(verbose_name="from")),
                ("units", models.JSONField(blank=True, default=list, verbose_name="units led")),
                ("people", models.JSONField(blank=True, default=list, verbose_name="people led")),
                (
                    "set_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="set at"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="personnel.person",
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "field of a deputy",
                "verbose_name_plural": "fields of deputies",
                "indexes": [
                    models.Index(fields=["unit", "person"], name="evaluation_ledfield_of_unit")
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitPoints",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("path", ngangtam.foundation.kernel.models.LtreeField(editable=False)),
                ("scheme", models.CharField(max_length=60, verbose_name="scheme")),
                ("first", models.DateField(verbose_name="from")),
                ("basis", models.CharField(max_length=300, verbose_name="regulation")),
                ("points", models.JSONField(verbose_name="points")),
                ("leader_points", models.JSONField(verbose_name="points of managers")),
                (
                    "set_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="set at"
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "points of a unit's regulation",
                "verbose_name_plural": "points of units' regulations",
                "indexes": [
                    models.Index(fields=["scheme", "first"], name="evaluation_unitpoints_from")
                ],
            },
        ),
        migrations.RunSQL(WALL, DOWN),
    ]
