"""Marks of acts, so that the same sending does not act twice; each viewer has the own ones."""

from django.db import migrations, models

WALLS = """
alter table audit_once enable row level security;
create policy once_own on audit_once using (viewer_id = ngangtam_viewer())
  with check (viewer_id = ngangtam_viewer());
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_writing_and_walls")]
    operations = [
        migrations.CreateModel(
            name="Once",
            fields=[
                ("id", models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                )),
                ("viewer_id", models.BigIntegerField()),
                ("key", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64)),
                ("sending", models.CharField(max_length=32)),
                ("event_id", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("status", models.SmallIntegerField(null=True)),
                ("location", models.CharField(default="", max_length=2000, db_default="")),
                ("body", models.TextField(default="", db_default="")),
            ],
            options={
                "indexes": [models.Index(fields=["at"], name="audit_once_at")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("viewer_id", "key"), name="audit_once_of_viewer"
                    )
                ],
            },
        ),
        migrations.RunSQL(WALLS, "drop policy once_own on audit_once;"),
    ]  # fmt: skip
