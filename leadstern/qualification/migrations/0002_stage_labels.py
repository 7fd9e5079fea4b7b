"""What a fresh installation calls its stages. The company changes the labels in the set-up."""

from django.db import migrations

LABELS = (
    ("captured", "Lead", "Lead"),
    ("marketing_qualified", "MQL", "MQL"),
    ("phone_qualified", "SQL", "SQL"),
    ("sales_accepted", "Verkaufschance", "Opportunity"),
    ("won", "Kunde", "Customer"),
    ("lost", "Verloren", "Lost"),
    ("recycled", "Zurück zur Pflege", "Back to nurturing"),
    ("disqualified", "Aussortiert", "Sorted out"),
)


def name_stages(apps, schema_editor):
    StageLabel = apps.get_model("qualification", "StageLabel")
    StageLabel.objects.bulk_create(
        StageLabel(role=role, label_de=german, label_en=english, order=order)
        for order, (role, german, english) in enumerate(LABELS, start=1)
    )


def forget_names(apps, schema_editor):
    apps.get_model("qualification", "StageLabel").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("qualification", "0001_first")]

    operations = [migrations.RunPython(name_stages, forget_names)]
