import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("committees", "0002_walls"), ("organisation", "0003_walls_and_paths")]
    operations = [
        migrations.AddField(
            model_name="structure", name="decision",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                to="organisation.decision", verbose_name="decision",
            ),
        ),
        migrations.AddField(
            model_name="structure", name="elected_on",
            field=models.DateField(null=True, verbose_name="elected from"),
        ),
        migrations.AddField(
            model_name="candidate", name="elected",
            field=models.BooleanField(editable=False, null=True, verbose_name="elected"),
        ),
    ]  # fmt: skip
