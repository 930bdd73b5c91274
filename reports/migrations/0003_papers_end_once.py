from django.db import migrations, models
from django.db.models import Q

from projects.triggers import protect

_MOVES = [
    "state",
    "text_id",
    "submitted_by_id",
    "checked_by_id",
    "signed_by_id",
    "signed_at",
    "original_signer_id",
    "document_id",
    "is_public",
]


class Migration(migrations.Migration):

    dependencies = [("reports", "0002_bulletins")]

    operations = [
        migrations.AddField("draft", "is_public", models.BooleanField(default=False, verbose_name="公开")),
        migrations.AddField("draft", "ended_at", models.DateTimeField(null=True, verbose_name="办结时间")),
        migrations.AddConstraint(
            "draft",
            models.CheckConstraint(
                condition=Q(state__in=["ISSUED", "VOID"], ended_at__isnull=False)
                | (~Q(state__in=["ISSUED", "VOID"]) & Q(ended_at__isnull=True)),
                name="draft_ends_issued_or_void",
            ),
        ),
        migrations.AddConstraint(
            "document",
            models.UniqueConstraint(
                condition=Q(serial__isnull=False), fields=["previous"], name="document_followed_once"
            ),
        ),
        protect("reports_draft", closed_by="ended_at", also=_MOVES),
    ]
