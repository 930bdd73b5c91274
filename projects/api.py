"""The register over HTTP: ``/api/imports``."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django.utils.decorators import method_decorator
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from projects.actions import ledgers
from projects.errors import RuleViolation
from projects.gate import requires
from projects.ledger.mapping import LedgerMapping
from projects.models import LedgerImport, User
from projects.roles import Duty
from projects.serializers import ImportUploadSerializer, LedgerImportSerializer

_REFUSED = OpenApiResponse(
    OpenApiTypes.OBJECT, description="文件、列对应有误，或没有任何内容可以导入；detail 说明原因。"
)
_FORBIDDEN = OpenApiResponse(OpenApiTypes.OBJECT, description="没有导入台账的权限。")


class SignedInRequest(Request):
    """What reaches a view whose permissions hold."""

    user: User


class ImportListView(APIView):
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="import_ledger",
        summary="导入一份台账，读完后回答",
        request={"multipart/form-data": ImportUploadSerializer},
        responses={201: LedgerImportSerializer, 400: _REFUSED, 403: _FORBIDDEN},
    )
    @method_decorator(requires(Duty.IMPORT_LEDGER))
    def post(self, request: SignedInRequest) -> Response:
        upload = ImportUploadSerializer(data=request.data)
        upload.is_valid(raise_exception=True)
        done = _or_bad_request(lambda: _import(upload.validated_data, request))
        return Response(LedgerImportSerializer(done).data, status=status.HTTP_201_CREATED)


class ImportView(APIView):
    @extend_schema(
        operation_id="ledger_import",
        summary="一次导入的计数和逐条问题",
        responses={200: LedgerImportSerializer, 403: _FORBIDDEN, 404: OpenApiTypes.OBJECT},
    )
    @method_decorator(requires(Duty.IMPORT_LEDGER))
    def get(self, request: SignedInRequest, pk: int) -> Response:
        imports = LedgerImport.objects.visible_to(request.user).select_related("file")
        return Response(LedgerImportSerializer(get_object_or_404(imports, pk=pk)).data)


def _import(wanted: dict[str, Any], request: SignedInRequest) -> LedgerImport:
    at = timezone.now()
    waiting = ledgers.submit(
        content=wanted["file"],
        name=wanted["file"].name,
        mapping=_mapping(wanted),
        is_dry_run=wanted["dry_run"],
        takes=wanted["takes"],
        by=request.user,
        at=at,
    )
    return ledgers.run(ledger_import=waiting, by=request.user, at=at)


def _mapping(wanted: dict[str, Any]) -> LedgerMapping:
    if wanted.get("mapping"):
        return ledgers.mapping_of(wanted["mapping"])
    return ledgers.shipped_mapping(wanted["mapping_name"])


def _or_bad_request(act: Callable[[], LedgerImport]) -> LedgerImport:
    try:
        return act()
    except RuleViolation as refusal:
        raise ValidationError({"detail": refusal.message}) from None
