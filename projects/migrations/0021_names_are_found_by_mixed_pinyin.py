from django.db import migrations

from projects import names

BATCH = 2_000


def spell(apps, schema_editor):
    """Every reading of every character, so that mixed pinyin finds a name; repeatable."""
    rows = apps.get_model("projects", "KeyProject").objects.only("name", "code", "national_code").order_by("pk")
    batch = []
    for project in rows.iterator(chunk_size=BATCH):
        project.search_text = names.search_text(project.name, project.code, project.national_code or "")
        batch.append(project)
        if len(batch) == BATCH:
            rows.bulk_update(batch, ["search_text"])
            batch = []
    rows.bulk_update(batch, ["search_text"])


class Migration(migrations.Migration):
    dependencies = [("projects", "0020_imports_are_undone")]

    operations = [migrations.RunPython(spell, migrations.RunPython.noop, elidable=True)]
