"""核对列对应 on its page: proposed, corrected, left and come back to, remembered for the next file of its kind."""

import json
import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from projects import tasks, template_sheet
from projects.actions import ledgers
from projects.errors import RuleViolation
from projects.ledger.template import template_columns
from projects.models import AuditEvent, LedgerImport, LedgerLayout
from tests.projects.ledger.samples import as_csv

pytestmark = [pytest.mark.django_db, pytest.mark.core]

HEADER = ["序号", "项目名称", "总投资（亿元）", "建设状态", "主管部门", "年度计划投资", "钱的来处"]
ROWS = [
    ["1", "滨河路工程", "1.2", "在建", "区住建局", "3000", "财政"],
    ["2", "十二中学", "0.8", "打地基", "区教育局", "2000", "专项债"],
]


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def sent(monkeypatch):
    """The jobs whose message was sent."""
    told = []
    monkeypatch.setattr(tasks.import_ledger, "delay_on_commit", told.append)
    return told


@pytest.fixture
def desk(enter, office):
    return enter(office)


def upload(desk, *rows, header=HEADER, name="2026年台账.csv", content=None):
    file = SimpleUploadedFile(name, content or as_csv(*(rows or ROWS), header=header))
    answer = desk.post(reverse("ledger_import_new"), {"file": file, "is_not_secret": "on"})
    assert answer.status_code == 302
    return LedgerImport.objects.order_by("-pk")[0]


def page_of(desk, this):
    return desk.get(reverse("ledger_mapping", args=[this.pk])).content.decode()


def fields_of(page):
    """What a browser would send back, nothing having been touched."""
    form = page.split('<div class="mapping-frame">')[1].split("form-actions-stay")[0]
    sent = dict(re.findall(r'<input id="\w+" name="([\w-]+)" value="([^"]*)"', form))
    sent |= dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', form))
    sent |= dict.fromkeys(re.findall(r'type="checkbox" name="([\w-]+)" checked', form), "on")
    for name, options in re.findall(r'<select[^>]*? name="([\w-]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        first = re.search(r'value="([^"]*)"', options)
        sent[name] = (chosen or first)[1]
    return sent


def send(desk, this, **changes):
    typed = fields_of(page_of(desk, this))
    typed |= {re.sub(r"^(c\d+)_", r"\1-", name): value for name, value in changes.items()}
    answer = desk.post(reverse("ledger_mapping", args=[this.pk]), {k: v for k, v in typed.items() if v is not None})
    this.refresh_from_db()
    return answer


def columns(this):
    return {one: choice.target for one, choice in ledgers.shown_choices(this).columns.items()}


# --- proposed ---


def test_an_unknown_file_waits_on_its_page(desk, sent):
    this = upload(desk)
    assert (this.state, this.is_dry_run, sent) == ("MAPPING", True, [])
    assert desk.get(reverse("ledger_import", args=[this.pk])).url == reverse("ledger_mapping", args=[this.pk])
    page = page_of(desk, this)
    assert "认出 5 列，其中 1 列请核对；2 列不导入。" in page
    assert "财政；专项债" in page
    assert "没有重点领域列" in page
    assert "“打地基”" in page


def test_the_page_costs_the_same_for_any_file(desk, django_assert_num_queries):
    wide = [f"列{n}" for n in range(30)]
    this = upload(desk, ["1", "甲", *wide], header=["序号", "项目名称", *wide])
    page_of(desk, this)
    with django_assert_num_queries(7):
        page_of(desk, this)


# --- corrected ---


def test_what_is_right_is_tried_in_the_background(desk, sent, office):
    this = upload(desk)
    answer = send(desk, this, c3_w0="CONTINUING", c3_w1="NEW_START", c6="project.note", lead_unit="区发改局")
    assert answer.url == reverse("ledger_import", args=[this.pk])
    assert (this.state, this.is_dry_run, len(sent)) == ("WAITING", True, 1)
    mapping = ledgers.mapping_of(json.dumps(this.mapping))
    assert mapping.project["note"].column == "钱的来处"
    assert mapping.parts["facts"].amounts["total_investment"].unit == "亿元"
    category = mapping.parts["plan"].texts["category"]
    assert (category.values["打地基"], category.values["在建"]) == ("NEW_START", "CONTINUING")
    assert mapping.project["lead_unit"].otherwise == "区发改局"
    assert AuditEvent.objects.filter(action="ledger.mapping_checked", by=office).exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"c1": ""}, "请为“项目名称”指定一列"),
        ({"c6": "project.name"}, "“项目名称”已选了这一项，两列只能有一列"),
        ({"c1_key": None}, "请至少勾选一列“识别项目”"),
        ({"source": ""}, "请填写台账名称"),
        ({"year": "26"}, "有年度计划的列，请填写年份"),
        ({"lead_unit": ""}, "请填写牵头单位空缺时归哪个单位"),
        ({"c6": "project.level"}, "这一列有没见过的词，请在这里选各是什么"),
    ],
)
def test_what_is_wrong_comes_back_at_its_place_with_nothing_lost(desk, sent, changes, said):
    this = upload(desk)
    answer = send(desk, this, code_prefix="ZD-", **changes)
    assert answer.url == reverse("ledger_mapping", args=[this.pk])
    page = page_of(desk, this)
    assert page.count(said) == 2
    assert 'value="ZD-"' in page
    assert (this.state, sent) == ("MAPPING", [])


def test_it_can_be_left_and_come_back_to(desk, sent):
    this = upload(desk)
    assert send(desk, this, source="我区台账", later="1").url == reverse("ledger_import_list")
    assert 'value="我区台账"' in page_of(desk, this)
    assert "待核对列对应" in desk.get(reverse("ledger_import_list")).content.decode()


def test_another_header_row_is_read_anew(desk):
    this = upload(desk, HEADER, *ROWS, header=["某区重点项目", *[""] * 6])
    desk.post(reverse("ledger_mapping_reread", args=[this.pk]), {"header_row": 1, "header_rows": 1, "rows": "project"})
    this.refresh_from_db()
    assert list(columns(this)) == ["某区重点项目"]
    desk.post(reverse("ledger_mapping_reread", args=[this.pk]), {"header_row": 2, "header_rows": 1, "rows": "project"})
    this.refresh_from_db()
    assert columns(this)["项目名称"] == "project.name"


def test_a_header_beyond_the_file_is_refused_at_its_place(desk):
    this = upload(desk)
    wrong = {"header_row": 9, "header_rows": 1, "rows": "project"}
    page = desk.post(reverse("ledger_mapping_reread", args=[this.pk]), wrong).content.decode()
    assert "没有第 9 行作表头" in page


def test_a_shipped_mapping_can_be_taken_instead(desk):
    this = upload(desk)
    answer = desk.post(reverse("ledger_mapping_adopt", args=[this.pk]), {"known": "nyc-sca-schedules"})
    assert answer.status_code == 302
    assert "这份列对应还用到文件里没有的列" in page_of(desk, this)


def test_an_own_mapping_is_read_strictly(desk):
    this = upload(desk)
    wrong = {"file": SimpleUploadedFile("m.json", b"{")}
    page = desk.post(reverse("ledger_mapping_adopt", args=[this.pk]), wrong).content.decode()
    assert "不是有效的 JSON" in page


def test_what_is_settled_is_not_settled_twice(desk, sent, office):
    this = upload(desk)
    send(desk, this, c3_w1="NEW_START")
    assert desk.get(reverse("ledger_mapping", args=[this.pk])).url == reverse("ledger_import", args=[this.pk])
    with pytest.raises(RuleViolation, match="已经核对过"):
        ledgers.discard(ledger_import=this, by=office, at=timezone.now())


def test_what_was_tried_can_be_mapped_anew_and_stays_as_it_was(desk, sent):
    tried = upload(desk)
    send(desk, tried, c3_w1="NEW_START", c6="project.note")
    desk.post(reverse("ledger_import_remap", args=[tried.pk]))
    again = LedgerImport.objects.exclude(pk=tried.pk).get()
    tried.refresh_from_db()
    assert (again.state, tried.state, again.file) == ("MAPPING", "WAITING", tried.file)
    assert columns(again)["钱的来处"] == "project.note"


def test_a_file_is_given_up_with_a_trace(desk):
    this = upload(desk)
    desk.post(reverse("ledger_import_discard", args=[this.pk]))
    assert not LedgerImport.objects.exists()
    assert AuditEvent.objects.filter(action="ledger.discarded").exists()


# --- of many columns only those in doubt, and the one asked for, show all they may mean ---


DOUBTFUL = {
    "项目名称": "甲",
    "建设状态": "打地基",
    "总投资（亿元）": "一亿多",
    "拟开工时间": "择期",
    "拟竣工时间": "再说",
}


def wide(desk, number):
    more = [f"列{n}" for n in range(number - len(DOUBTFUL))]
    return upload(desk, [*DOUBTFUL.values(), *more], header=[*DOUBTFUL, *more])


@pytest.mark.parametrize(("number", "kilobytes"), [(12, 40), (30, 60)])
def test_the_page_stays_light_however_wide_the_ledger(desk, number, kilobytes):
    page = page_of(desk, wide(desk, number))
    assert len(page.encode()) < kilobytes * 1_000
    assert "其中 4 列请核对" in page


def test_a_column_is_opened_by_its_button_with_nothing_lost_and_nothing_reproached(desk):
    this = wide(desk, 12)
    answer = send(desk, this, source="我区台账", open="5")
    assert answer.url == f"{reverse('ledger_mapping', args=[this.pk])}?column=5"
    page = desk.get(answer.url).content.decode()
    assert re.search(r'<select name="c5"[^>]* autofocus>', page)
    assert 'value="我区台账"' in page
    assert "还不能试导入" not in page
    assert 'name="c6" value=""' in page


def test_or_in_its_place_without_leaving_the_page(desk):
    this = wide(desk, 12)
    address, part = reverse("ledger_mapping", args=[this.pk]), {"HX-Request": "true"}
    asked = desk.get(address, {"column": "5"}, headers=part).content.decode()
    assert asked.startswith('<select name="c5" aria-labelledby="c5-column" autofocus>')
    assert asked.count("<select") == 1
    assert desk.get(address, {"column": "99"}, headers=part).status_code == 404


# --- remembered ---


def test_next_months_file_comes_with_the_mapping_of_the_last(desk, sent):
    send(desk, upload(desk), c3_w1="NEW_START", c6="project.note", source="我区台账")
    this = upload(desk, ["1", "北山隧道", "3", "打地基", "区交通局", "100", "财政"], name="2027年台账.csv")
    assert (this.state, this.source, columns(this)["钱的来处"]) == ("MAPPING", "我区台账", "project.note")
    assert this.mapping["year"] == 2027
    assert re.search(r"沿用 \d{4}-\d\d-\d\d 赵重点核对过的列对应", page_of(desk, this))


def test_what_is_remembered_can_be_forgotten(desk, sent):
    send(desk, upload(desk), c3_w1="NEW_START")
    assert "2026年台账" in desk.get(reverse("ledger_layout_list")).content.decode()
    desk.post(reverse("ledger_layout_forget", args=[LedgerLayout.objects.get().pk]))
    assert not LedgerLayout.objects.exists()


# --- our own template ---


@pytest.fixture
def template(government):
    content = BytesIO()
    template_sheet.write(content, year=2027, at=timezone.now())
    return load_workbook(content)


def test_the_template_explains_itself(template):
    page = template["2027年重点项目"]
    assert [cell.value for cell in page[1]] == [column.heading for column in template_columns()]
    assert page["A2"].value.startswith("示例")
    assert any('"续建,新开工,前期"' in rule.formula1 for rule in page.data_validations.dataValidation)
    assert {row[0] for row in template["填写说明"].values} >= {column.heading for column in template_columns()}
    assert template["单位"].sheet_state == "hidden"


def test_a_file_written_from_the_template_needs_no_checking(desk, template, sent):
    page = template["2027年重点项目"]
    places = {cell.value: cell.column for cell in page[1]}
    for heading, value in {"项目名称": "滨河路工程", "牵头单位": "区住建局", "年度计划投资（万元）": 3000}.items():
        page.cell(3, places[heading], value)
    content = BytesIO()
    template.save(content)
    this = upload(desk, content=content.getvalue(), name="填好了.xlsx")
    assert (this.state, this.source, this.mapping["year"], len(sent)) == ("WAITING", "template-2027", 2027, 1)
