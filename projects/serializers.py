"""What the API gives, described once for it, for its documentation and for scripts."""

from rest_framework import serializers

from projects.models import ImportProblem, LedgerImport


class ImportProblemSerializer(serializers.ModelSerializer):
    rejected = serializers.BooleanField(source="is_rejection", help_text="整行未导入")

    class Meta:
        model = ImportProblem
        fields = ["row", "column", "value", "code", "message", "rejected"]


class LedgerImportSerializer(serializers.ModelSerializer):
    """One import: what was read, what it changed, what could not be read."""

    file = serializers.CharField(source="file.name", help_text="文件名")
    sha256 = serializers.CharField(source="file.sha256", help_text="文件的 SHA-256")
    dry_run = serializers.BooleanField(source="is_dry_run", help_text="试导入：只报告，不写入")
    counts = serializers.DictField(help_text="读取、新增、变化、未变化、消失的数量和各步用时（秒）")
    problems = ImportProblemSerializer(many=True)

    class Meta:
        model = LedgerImport
        fields = ["id", "source", "file", "sha256", "dry_run", "state", "error", "requested_at", "finished_at",
                  "counts", "problems"]  # fmt: skip
