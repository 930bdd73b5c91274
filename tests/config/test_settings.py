"""A wrong environment is refused at the start, in a sentence that names the variable."""

import os
import re
import secrets
import subprocess
import sys

import pytest

from config.bootstrap import BASE

PRODUCTION = {
    "DATABASE_URL": "postgresql://zdxm:abc@db:5432/zdxm",
    "REDIS_URL": "redis://:abc@redis:6379/0",
    "SECRET_KEY": secrets.token_urlsafe(64),
    "SITE_URL": "https://zdxm.example.gov.cn",
    "ALLOWED_HOSTS": "zdxm.example.gov.cn",
    "PROXY_COUNT": "1",
}


def start(tmp_path, *command: str, **changes: str | None) -> subprocess.CompletedProcess[str]:
    """``manage.py diffsettings`` or another command, the production's variables partly changed or taken away."""
    ours = re.findall(r"^#? ?([A-Z_]+)=", (BASE / ".env.example").read_text(), re.MULTILINE)
    env = {name: value for name, value in os.environ.items() if name not in ours}
    wanted = PRODUCTION | {"BOOTSTRAP": "off", "VAR_DIR": str(tmp_path)} | changes
    env |= {name: value for name, value in wanted.items() if value is not None}
    called = [sys.executable, BASE / "manage.py", *(command or ("diffsettings",))]
    return subprocess.run(called, env=env, capture_output=True, text=True, cwd=BASE, check=False)


def test_the_right_ones_are_accepted(tmp_path):
    told = start(tmp_path)
    assert (told.stderr, told.returncode) == ("", 0)
    assert "SECURE_SSL_REDIRECT = True" in told.stdout


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        pytest.param({"SECRET_KEY": None}, "缺少 SECRET_KEY", id="no-key"),
        pytest.param({"SECRET_KEY": "请替换为随机串"}, "SECRET_KEY 太短", id="the-example's-key"),
        pytest.param({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS 不能为 *", id="any-host"),
        pytest.param({"ALLOWED_HOSTS": "elsewhere.gov.cn"}, "未包含 SITE_URL 的主机名", id="own-host-missing"),
        pytest.param({"SITE_URL": "zdxm.example.gov.cn"}, "SITE_URL 须是完整网址", id="address-without-scheme"),
        pytest.param({"DATABASE_URL": "mysql://a:b@c/d"}, "DATABASE_URL 只支持", id="another-database"),
        pytest.param({"DATABASE_URL": "postgresql://a:b@c"}, "没有写明数据库名", id="no-database-name"),
        pytest.param({"DATABASE_URL": "postgresql://a:请替换为随机串@c/d"}, "未替换的占位文字", id="placeholder"),
        pytest.param({"REDIS_URL": None}, "须同时设置 REDIS_URL", id="no-redis"),
        pytest.param({"REDIS_URL": "http://c"}, "REDIS_URL 只支持", id="not-redis"),
        pytest.param({"DEBUG": "true"}, "不能打开 DEBUG", id="debug-on-https"),
        pytest.param({"PROXY_COUNT": "one"}, "PROXY_COUNT 须是不小于 0 的整数", id="not-a-number"),
        pytest.param({"IDLE_TIMEOUT_MINUTES": "0"}, "IDLE_TIMEOUT_MINUTES 须是不小于 1 的整数", id="too-small"),
        pytest.param({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL 只能是", id="no-such-level"),
        pytest.param({"ENV_FILE": "/nowhere/.env"}, "ENV_FILE 指向的文件不存在", id="no-such-file"),
    ],
)
def test_wrong_ones_are_refused_in_one_sentence(tmp_path, changes, sentence):
    told = start(tmp_path, **changes)
    assert told.returncode == 1
    assert sentence in told.stderr
    assert len(told.stderr.splitlines()) == 1


def test_no_refusal_repeats_a_secret(tmp_path):
    told = start(tmp_path, DATABASE_URL="postgresql://a:hunter2@c")
    assert "hunter2" not in told.stderr + told.stdout


def test_without_a_database_address_everything_is_embedded(tmp_path):
    told = start(tmp_path, DATABASE_URL=None, REDIS_URL=None, SITE_URL=None, ALLOWED_HOSTS=None, PROXY_COUNT=None)
    assert "CELERY_BROKER_URL = 'filesystem://'" in told.stdout
    assert str(tmp_path / "db.sqlite3") in told.stdout


def test_variables_may_come_from_a_file(tmp_path):
    path = tmp_path / "own.env"
    path.write_text("DISTRICT_NAME=江海区\n", encoding="utf-8")
    assert "DISTRICT_NAME = '江海区'" in start(tmp_path, ENV_FILE=str(path)).stdout


def test_a_database_without_tables_is_said_in_one_sentence(tmp_path):
    embedded = dict.fromkeys(PRODUCTION) | {"SECRET_KEY": PRODUCTION["SECRET_KEY"]}
    told = start(tmp_path, "list_overdue", "--on", "2025-06-30", "--json", **embedded)
    assert (told.stdout, told.returncode) == ("", 1)
    assert told.stderr.strip() == "✗ 数据库还没有建表：请先运行 python3 manage.py migrate（up 会自动完成）。"
