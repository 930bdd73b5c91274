"""The chain of the audit: a row in every action's transaction, sealed afterwards, and nothing altered unseen."""

import ast
import json
import re
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import settings as laws
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from projects import audit
from projects.actions import audits
from projects.audit import GENESIS, Origin
from projects.audit_actions import ACTIONS
from projects.audit_words import Line, action_said, lines, subject_said
from projects.models import AuditEvent
from tests.factories import UnitFactory, UserFactory

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
TABLE = AuditEvent._meta.db_table


def happen(count=1, action="unit.added", **changes):
    by, unit = UserFactory(full_name="吴系统"), UnitFactory()
    return [audit.record(action, unit, by=by, at=AT + timedelta(minutes=n), changes=changes) for n in range(count)]


@contextmanager
def behind_the_triggers():
    """What somebody could do who has the database in their hands."""
    on_postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if on_postgres:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER USER")
        else:
            cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [TABLE])
            dropped = [sql for (sql,) in cursor.fetchall()]
            for event in ("update", "delete"):
                cursor.execute(f"DROP TRIGGER {TABLE}_keep_{event}")
        yield
        for statement in [f"ALTER TABLE {TABLE} ENABLE TRIGGER USER"] if on_postgres else dropped:
            cursor.execute(statement)


@pytest.mark.django_db
@pytest.mark.core
class TestRecording:
    def test_an_entry_says_who_did_what_to_what_from_where(self):
        with audit.acting_from(Origin("10.1.1.1", "Firefox")):
            [event] = happen(name=[None, "区水利局"])
        assert (event.by_name, event.action, event.subject_type) == ("吴系统", "unit.added", "unit")
        assert (event.address, event.agent) == ("10.1.1.1", "Firefox")
        assert event.changes == {"name": [None, "区水利局"]}

    def test_an_action_that_fails_leaves_none(self):
        with transaction.atomic():
            happen()
            transaction.set_rollback(True)
        assert not AuditEvent.objects.exists()

    @pytest.mark.parametrize("change", [{"action": "x"}, {"changes": {"a": 1}}, {"position": None, "hash": ""}])
    def test_the_database_refuses_to_change_a_sealed_entry(self, change):
        [event] = happen()
        audit.seal()
        with pytest.raises(DatabaseError, match="历史记录不可更改或删除"), transaction.atomic():
            AuditEvent.objects.filter(pk=event.pk).update(**change)

    def test_the_database_refuses_to_delete_an_entry(self):
        happen()
        with pytest.raises(DatabaseError, match="历史记录不可更改或删除"), transaction.atomic():
            AuditEvent.objects.all().delete()


@pytest.mark.django_db
@pytest.mark.core
class TestChain:
    def test_sealing_gives_place_and_hash_in_the_order_of_arrival(self):
        happen(3)
        assert audit.seal() == 3
        events = list(AuditEvent.objects.sealed())
        assert [event.position for event in events] == [1, 2, 3]
        assert [event.previous_hash for event in events] == [GENESIS, *(event.hash for event in events[:2])]

    def test_the_chain_goes_on_where_it_stopped(self):
        happen(2)
        audit.seal()
        happen(2)
        audit.seal()
        assert audit.seal() == 0
        found = audit.verify()
        assert (found.sealed, found.unsealed, found.broken_at) == (4, 0, None)

    def test_what_is_not_yet_sealed_is_counted(self):
        happen(2)
        audit.seal()
        happen(3)
        found = audit.verify()
        assert (found.sealed, found.unsealed, found.broken_at) == (2, 3, None)

    @pytest.mark.parametrize(
        "change",
        [
            {"by_name": "郑安全"},
            {"action": "unit.closed"},
            {"subject_label": "另一单位"},
            {"changes": {"name": [None, "区水利局 "]}},
            {"at": AT + timedelta(microseconds=1)},
            {"address": "10.1.1.2"},
        ],
        ids=lambda change: next(iter(change)),
    )
    def test_one_changed_field_is_located(self, change):
        events = happen(5, name=[None, "区水利局"])
        audit.seal()
        with behind_the_triggers():
            AuditEvent.objects.filter(pk=events[2].pk).update(**change)
        found = audit.verify()
        assert (found.broken_at, found.sealed, found.reason) == (3, 2, "第 3 条记录的内容被改动")

    def test_one_flipped_byte_of_a_hash_is_located(self):
        events = happen(5)
        audit.seal()
        first = AuditEvent.objects.get(pk=events[1].pk).hash
        with behind_the_triggers():
            flipped = f"{(int(first[0], 16) ^ 1):x}{first[1:]}"
            AuditEvent.objects.filter(pk=events[1].pk).update(hash=flipped)
        assert audit.verify().broken_at == 2

    def test_a_deleted_entry_is_located(self):
        events = happen(5)
        audit.seal()
        with behind_the_triggers():
            AuditEvent.objects.filter(pk=events[2].pk).delete()
        found = audit.verify()
        assert (found.broken_at, found.reason) == (3, "缺少第 3 条记录")

    def test_a_forged_entry_that_hashes_well_breaks_the_link_behind_it(self):
        happen(3)
        audit.seal()
        second = AuditEvent.objects.get(position=2)
        second.by_name = "郑安全"
        forged = audit.digest(second, position=2, previous_hash=second.previous_hash)
        with behind_the_triggers():
            AuditEvent.objects.filter(pk=second.pk).update(by_name="郑安全", hash=forged)
        found = audit.verify()
        assert (found.broken_at, found.reason) == (3, "第 3 条记录与前一条不衔接")


@pytest.mark.core
class TestLaws(TestCase):
    @laws(max_examples=30)
    @given(st.lists(st.one_of(st.integers(1, 3), st.just("seal")), max_size=10))
    def test_after_any_records_and_seals_the_chain_holds(self, steps):
        recorded = sealed = 0
        for step in steps:
            if step == "seal":
                sealed += audit.seal()
            else:
                recorded += len(happen(step))
        found = audit.verify()
        assert (found.sealed, found.unsealed, found.broken_at) == (sealed, recorded - sealed, None)

    @laws(max_examples=30)
    @given(st.integers(1, 6), st.data())
    def test_wherever_an_entry_is_altered_there_the_walk_stops(self, count, data):
        happen(count)
        audit.seal()
        position = data.draw(st.integers(1, count))
        with behind_the_triggers():
            AuditEvent.objects.filter(position=position).update(subject_label="另一单位")
        assert audit.verify().broken_at == position

    @given(st.dictionaries(st.text(max_size=8), st.one_of(st.none(), st.booleans(), st.text(), st.integers())))
    def test_whatever_an_entry_says_it_hashes_alike_after_the_database_gave_it_back(self, changes):
        happen(内容={key.replace("\0", ""): _storable(value) for key, value in changes.items()})
        audit.seal()
        assert audit.verify().broken_at is None


def _storable(value):
    """PostgreSQL stores no NUL in JSON."""
    return value.replace("\0", "") if isinstance(value, str) else value


@pytest.mark.django_db(transaction=True)
def test_two_sealers_at_once_make_one_chain():
    """PostgreSQL alone: two connections, each sealing what both see."""
    happen(40)

    def seal():
        audit.seal()
        connection.close()

    threads = [Thread(target=seal) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = audit.verify()
    assert (found.sealed, found.unsealed, found.broken_at) == (40, 0, None)


@pytest.mark.django_db(transaction=True)
def test_an_entry_committed_late_is_sealed_behind_those_before_it():
    """PostgreSQL alone: a transaction may end after younger ones were sealed; it takes the next place."""
    [slow] = happen()
    done = []

    def quick():
        done.extend(happen())
        audit.seal()
        connection.close()

    with transaction.atomic():
        [late] = happen()
        thread = Thread(target=quick)
        thread.start()
        thread.join()
    audit.seal()
    order = list(AuditEvent.objects.sealed().values_list("pk", flat=True))
    assert order == [slow.pk, done[0].pk, late.pk]
    assert audit.verify().broken_at is None


@pytest.mark.django_db
@pytest.mark.core
class TestCommand:
    def test_an_intact_chain_is_one_line(self, capsys):
        happen(3)
        audit.seal()
        happen()
        call_command("verify_audit")
        head = AuditEvent.objects.get(position=3).hash
        assert capsys.readouterr().out == f"审计链完整：已封存 3 条，未封存 1 条，末条校验值 {head}。\n"

    def test_a_broken_one_says_where_and_why_and_fails(self, capsys):
        happen(3)
        audit.seal()
        with behind_the_triggers():
            AuditEvent.objects.filter(position=2).update(by_name="x")
        with pytest.raises(SystemExit) as failed:
            call_command("verify_audit")
        assert failed.value.code == 1
        line = "审计链断裂：第 2 条，第 2 条记录的内容被改动；此前 1 条完整，未封存 0 条。\n"
        assert capsys.readouterr().out == line

    def test_json_for_scripts(self, capsys):
        happen(1)
        audit.seal()
        call_command("verify_audit", "--json")
        head = AuditEvent.objects.get().hash
        assert json.loads(capsys.readouterr().out) == {
            "intact": True, "sealed": 1, "unsealed": 0, "head": head, "broken_at": None, "reason": "",
        }  # fmt: skip

    def test_it_writes_nothing(self):
        call_command("verify_audit")
        assert not AuditEvent.objects.exists()

    def test_the_nightly_check_leaves_its_result(self):
        assert audits.verify_chain(by=None, at=AT).broken_at is None
        event = AuditEvent.objects.get()
        assert (event.action, event.by_name, event.changes["结果"]) == ("audit.verified", "系统", "完整")


class TestWords:
    def recorded(self):
        """Every action's name the code records; one put together (``f"{noun}.{verb}"``) is followed by hand."""
        for app in ("config", "projects", "scheduling", "reports"):
            for path in (Path(settings.BASE_DIR) / app).rglob("*.py"):
                yield from self.names_in(ast.parse(path.read_text(encoding="utf-8")))

    def names_in(self, tree):
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "audit.record":
                for node in ast.walk(call.args[0]):
                    if isinstance(node, ast.Constant) and re.fullmatch(r"[a-z_]+\.[a-z_]+", str(node.value)):
                        yield node.value

    def test_every_action_has_its_words(self):
        assert set(self.recorded()) - set(ACTIONS) == set()

    def test_the_search_for_actions_finds_them(self):
        assert {"user.signed_in", "user.sign_in_failed", "plan_version.approved"} <= set(self.recorded())

    def test_words_are_chinese(self):
        assert all(re.search(r"[一-鿿]", str(words)) for words in ACTIONS.values())
        assert action_said("user.signed_in") == "登录"

    def test_an_action_of_long_ago_keeps_its_name(self):
        assert action_said("unit.merged") == "unit.merged"
        assert subject_said("formerunit") == "formerunit"

    def test_changes_are_told_line_by_line_by_the_names_of_the_fields(self):
        changes = {
            "name": [None, "区水利局"],
            "is_active": [True, False],
            "理由": "机构改革",
            "filters": {"牵头单位": "区水利局"},
            "rows": 12,
            "年度计划": ["1200.5000", "12345.0000"],
        }
        assert list(lines(changes, subject_type="unit")) == [
            Line("单位名称", "—", "区水利局"),
            Line("在用", "是", "否"),
            Line("理由", None, "机构改革"),
            Line("筛选条件 · 牵头单位", None, "区水利局"),
            Line("行数", None, "12"),
            Line("年度计划", "1,200.5", "12,345"),
        ]
