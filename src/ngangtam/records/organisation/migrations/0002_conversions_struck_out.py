from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organisation", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="areasuccession",
            name="voided_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="voided at"),
        )
    ]
