"""``manage.py import_ledger``: kept stable, because scripts rely on it."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from projects.models import KeyProject, LedgerImport
from tests.projects.ledger.samples import DESIGN, MAPPING, STRUCTURE, as_csv, with_

pytestmark = [pytest.mark.django_db, pytest.mark.core]


@pytest.fixture
def run(settings, tmp_path):
    """Run the command on these rows; gives back what stands on stdout."""
    settings.MEDIA_ROOT = tmp_path / "files"

    def command(*rows, options=(), content=None, mapping=None):
        file, written = tmp_path / "台账.csv", tmp_path / "mapping.json"
        file.write_bytes(as_csv(*rows) if content is None else content)
        written.write_text(json.dumps(MAPPING) if mapping is None else mapping)
        out = StringIO()
        call_command("import_ledger", str(file), "--mapping", str(written), *options, stdout=out)
        return out.getvalue()

    return command


def test_json_is_one_object_with_counts_and_problems(run):
    told = json.loads(run(DESIGN, with_(STRUCTURE, 计划完成="soon"), options=["--json"]))
    assert told["state"] == "DONE"
    assert (told["source"], told["file"], told["dry_run"]) == ("sample", "台账.csv", False)
    counts = told["counts"]
    assert (counts["rows_read"], counts["rows_rejected"], counts["projects_new"]) == (2, 0, 1)
    assert (counts["milestones_new"], counts["units_created"], counts["vanished"]) == (2, ["区教育局"], 0)
    assert set(counts["seconds"]) == {"survey", "compare", "read", "write", "evaluate", "store", "total"}
    assert told["problems"] == [
        {
            "row": 3,
            "column": "计划完成",
            "value": "soon",
            "code": "bad_date",
            "message": "不是能识别的日期，按没有日期处理。",
            "rejected": False,
        }
    ]


def test_without_json_it_speaks_chinese(run):
    told = run(DESIGN, with_(STRUCTURE, 计划完成="soon"))
    assert told.startswith("导入完成：台账.csv，用时 ")
    assert "读取 2 行，未导入 0 行。" in told
    assert "项目：新增 1，变化 0，未变化 0。" in told
    assert "第 3 行 计划完成 “soon”：不是能识别的日期，按没有日期处理。" in told


def test_a_dry_run_writes_nothing(run):
    told = json.loads(run(DESIGN, options=["--dry-run", "--json"]))
    assert (told["dry_run"], told["counts"]["projects_new"]) == (True, 1)
    assert not KeyProject.objects.exists()


def test_problems_are_no_failure_and_the_person_is_named(run, office):
    run(with_(DESIGN, 概算="?"), options=["--by", "office"])
    assert LedgerImport.objects.get().requested_by == office


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        pytest.param({"content": b""}, "文件是空的", id="empty-file"),
        pytest.param({"content": b"\x89PNG\x00" + bytes(range(256))}, "不是文本表格", id="picture"),
        pytest.param({"content": b"a,b\n1,2\n"}, "文件中没有这些列：", id="missing-columns"),
        pytest.param({"mapping": "{"}, "不是有效的 JSON", id="broken-mapping"),
        pytest.param({"mapping": '{"source": "x"}'}, "缺少必要的项", id="poor-mapping"),
        pytest.param({"options": ["--by", "nobody"]}, "没有账号“nobody”", id="unknown-person"),
    ],
)
def test_when_nothing_can_be_imported_it_fails_with_one_sentence(run, wrong, said):
    with pytest.raises(CommandError) as refusal:
        run(DESIGN, **wrong) if "content" not in wrong else run(**wrong)
    assert said in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert refusal.value.returncode != 0


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CommandError, match="找不到文件"):
        call_command("import_ledger", str(tmp_path / "x.csv"), "--mapping", str(tmp_path / "y.json"))
