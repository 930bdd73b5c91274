"""``/api/imports``: the same as the command, for those who may import."""

import json
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from projects.models import KeyProject
from tests.projects.ledger.samples import DESIGN, MAPPING, STRUCTURE, as_csv, with_

pytestmark = [pytest.mark.django_db, pytest.mark.core]

URL = "/api/imports"


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def ledger(*rows):
    return SimpleUploadedFile("台账.csv", as_csv(*(rows or (DESIGN, STRUCTURE))))


def test_an_upload_is_imported_and_answered_with_counts_and_problems(enter, office):
    answer = enter(office).post(
        URL, {"file": ledger(DESIGN, with_(STRUCTURE, 概算="?")), "mapping": json.dumps(MAPPING)}
    )
    assert answer.status_code == 201
    told = answer.json()
    assert (told["state"], told["counts"]["milestones_new"], told["counts"]["problems"]) == ("DONE", 2, 1)
    assert told["problems"][0]["message"] == "不是能识别的金额，按没有金额处理。"
    assert enter(office).get(f"{URL}/{told['id']}").json() == told


def test_the_mapping_may_be_a_file_and_the_run_a_dry_one(enter, office):
    mapping = SimpleUploadedFile("m.json", json.dumps(MAPPING).encode())
    answer = enter(office).post(URL, {"file": ledger(), "mapping": mapping, "dry_run": "true"})
    assert (answer.status_code, answer.json()["dry_run"]) == (201, True)
    assert not KeyProject.objects.exists()


def test_a_shipped_mapping_goes_by_its_name(enter, office):
    answer = enter(office).post(URL, {"file": ledger(), "mapping_name": "nyc-sca-schedules"})
    assert answer.status_code == 400
    assert "文件中没有这些列" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        ({"mapping": json.dumps(MAPPING)}, "请上传台账文件"),
        ({"file": "here"}, "须写一个，且只写一个"),
        ({"file": "here", "mapping": "{}", "mapping_name": "x"}, "须写一个，且只写一个"),
        ({"file": "here", "mapping": "{"}, "不是有效的 JSON"),
        ({"file": "here", "mapping_name": "nowhere"}, "没有名为“nowhere”的列对应"),
    ],
)
def test_what_is_wrong_is_a_400_in_chinese(enter, office, upload, said):
    sent = {**upload, "file": ledger()} if "file" in upload else upload
    answer = enter(office).post(URL, sent)
    assert answer.status_code == 400
    assert said in answer.content.decode()


def test_a_file_beyond_the_limit_is_refused(enter, office, settings):
    settings.UPLOAD_LIMIT_MB = 0
    answer = enter(office).post(URL, {"file": ledger(), "mapping": json.dumps(MAPPING)})
    assert (answer.status_code, answer.json()["detail"]) == (400, "文件超过 0 MB，请分成几个文件。")


@pytest.mark.parametrize("person", ["lead", "dispatcher", "signer", "leader", "outsider", "sys_admin", "sec_admin"])
def test_only_the_office_imports(request, enter, person):
    client = enter(request.getfixturevalue(person))
    answer = client.post(URL, {"file": ledger(), "mapping": json.dumps(MAPPING)})
    assert answer.status_code == 403
    assert "导入台账" in answer.json()["detail"]
    assert client.get(f"{URL}/1").status_code == 403


def test_a_stranger_is_refused(client):
    assert client.post(URL).status_code == 403
    assert client.get(f"{URL}/1").status_code == 403


def test_the_import_nobody_made_is_a_404(enter, office):
    assert enter(office).get(f"{URL}/1").status_code == 404


def test_without_the_token_of_the_form_nothing_is_imported(office):
    client = Client(enforce_csrf_checks=True)
    client.force_login(office, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(URL, {"file": BytesIO(as_csv(DESIGN)), "mapping": json.dumps(MAPPING)}).status_code == 403


def test_the_description_names_both_addresses(enter, office):
    described = enter(office).get(reverse("api_schema"), headers={"Accept": "application/vnd.oai.openapi+json"})
    paths = json.loads(described.content)["paths"]
    assert "multipart/form-data" in paths["/api/imports"]["post"]["requestBody"]["content"]
    assert set(paths["/api/imports"]["post"]["responses"]) == {"201", "400", "403"}
    assert "get" in paths["/api/imports/{id}"]
