"""What the API takes and gives, described once for it, for its documentation and for scripts."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from projects.models import ImportProblem, LedgerImport


@extend_schema_field(OpenApiTypes.BINARY)
class TextOrFileField(serializers.Field):
    """A text, sent as such or as a file."""

    def to_internal_value(self, data: Any) -> str | bytes:
        content = data.read() if hasattr(data, "read") else data
        if not isinstance(content, str | bytes):
            raise serializers.ValidationError("应为文字或文件。")
        return content

    def to_representation(self, value: Any) -> Any:
        return value


class ImportUploadSerializer(serializers.Serializer):
    file = serializers.FileField(
        help_text="台账文件：.xlsx、.xls 或 .csv", error_messages={"required": "请上传台账文件（file）。"}
    )
    mapping = TextOrFileField(required=False, help_text="列对应：JSON 文件或 JSON 文字")
    mapping_name = serializers.CharField(required=False, help_text="随系统提供的列对应的名称，与 mapping 二选一")
    dry_run = serializers.BooleanField(required=False, default=False, help_text="试导入：只报告，不写入")
    takes = serializers.ChoiceField(
        LedgerImport.Takes.choices,
        required=False,
        default=LedgerImport.Takes.GOOD,
        help_text="ALL：有一行不能导入就都不写入；GOOD：只导入没有问题的行",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if bool(attrs.get("mapping")) == bool(attrs.get("mapping_name")):
            raise serializers.ValidationError({"mapping": "mapping 和 mapping_name 须写一个，且只写一个。"})
        return attrs


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
        fields = [
            "id",
            "source",
            "file",
            "sha256",
            "dry_run",
            "takes",
            "written_at",
            "state",
            "error",
            "requested_at",
            "finished_at",
            "counts",
            "problems",
        ]
