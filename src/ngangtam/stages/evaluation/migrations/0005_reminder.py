"""Reminders, and their wall: whom they are for, and the office that sends them."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import ngangtam.foundation.kernel.models

RUNS = "{0} <@ any ((select ngangtam_scopes('evaluation.run'))::ltree[])"
WALL = f"""
alter table evaluation_reminder enable row level security;
create policy reminder_read on evaluation_reminder for select
  using (person_id = (select ngangtam_own_person()) or {RUNS.format("path")});
create policy reminder_add on evaluation_reminder for insert with check (
  sent_by_id = (select ngangtam_viewer()) and exists (
    select 1 from evaluation_cycle y where y.id = cycle_id and {RUNS.format("y.path")}));
"""  # noqa: S608 - our own names
DOWN = """
drop policy reminder_add on evaluation_reminder;
drop policy reminder_read on evaluation_reminder;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("evaluation", "0004_one_lock"),
        ("personnel", "0011_decisions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Reminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("path", ngangtam.foundation.kernel.models.LtreeField(editable=False)),
                (
                    "about",
                    models.CharField(
                        choices=[
                            ("report", "own points to send"),
                            ("confirm", "sheets to confirm"),
                        ],
                        max_length=10,
                        verbose_name="about",
                    ),
                ),
                ("sheets", models.PositiveIntegerField(default=1, verbose_name="sheets")),
                (
                    "sent_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="sent at"
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="evaluation.cycle",
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
                    "sent_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "reminder",
                "verbose_name_plural": "reminders",
                "indexes": [
                    models.Index(fields=["person", "cycle"], name="evaluation_reminder_whose")
                ],
            },
        ),
        migrations.RunSQL(WALL, DOWN),
    ]
