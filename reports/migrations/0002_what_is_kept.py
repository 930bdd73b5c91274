"""The database itself refuses to rewrite a document, the text of a proof and a paper that has ended."""

from django.db import migrations

from projects.triggers import protect

NEVER_CHANGED = ["document", "draftmove", "rendition"]
MOVES = [
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

    replaces = [("reports", "0003_papers_end_once")]

    dependencies = [("reports", "0001_initial")]

    operations = [
        *(protect(f"reports_{table}", closed_by="id") for table in NEVER_CHANGED),
        protect("reports_drafttext", closed_by="proof_id", also=["proof_findings"]),
        protect("reports_draft", closed_by="ended_at", also=MOVES),
    ]
