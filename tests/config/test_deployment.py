"""What is deployed cannot drift from what the settings read: compose, image, example file and locks."""

import ast
import re
import shutil
import subprocess
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from config.bootstrap import BASE

READER = re.compile(r"env|env\.(bool|list|int|str)|read_(number|choice)|require_url|os\.environ\.get|os\.getenv")
# Told by one process to the next, or the system's own; no office sets them.
NOT_OURS = {"BOOTSTRAP", "LD_LIBRARY_PATH", "PATH", "SSL_CERT_FILE"}
ONLY_FOR_COMPOSE = {"POSTGRES_PASSWORD", "REDIS_PASSWORD", "WEB_ADDRESS"}
COMPOSE = (BASE / "docker-compose.yml").read_text(encoding="utf-8")
SERVICES = yaml.safe_load(COMPOSE)["services"]
EXAMPLE = (BASE / ".env.example").read_text(encoding="utf-8").splitlines()


def variables_read() -> set[str]:
    """The first argument of every call in config/ that reads the environment."""
    calls = (
        node
        for path in (BASE / "config").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and READER.fullmatch(ast.unparse(node.func))
    )
    return {call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)} - NOT_OURS


def variables_listed() -> list[str]:
    return [found[1] for line in EXAMPLE if (found := re.match(r"(?:# )?([A-Z_]+)=", line))]


def test_the_example_lists_every_variable_once_and_no_other():
    assert sorted(variables_listed()) == sorted(variables_read() | ONLY_FOR_COMPOSE)


def test_every_variable_has_its_line_of_explanation():
    for before, line in pairwise(EXAMPLE):
        if re.match(r"(?:# )?[A-Z_]+=", line):
            assert re.match(r"# .*[\u4e00-\u9fff]", before), line


def test_the_example_holds_no_usable_secret():
    secret = [line for line in EXAMPLE if re.match(r"[A-Z_]*(SECRET|PASSWORD)[A-Z_]*=", line)]
    assert len(secret) == 3
    assert all(line.endswith("=请替换为随机串") for line in secret)


def test_compose_uses_only_variables_that_are_listed():
    used = set(re.findall(r"\$\{([A-Z_]+)", COMPOSE))
    assert used <= set(variables_listed())
    given = {name for role in ours().values() for name in role["environment"]}
    assert given <= variables_read()


def test_compose_has_a_default_for_no_secret():
    assert re.findall(r"\$\{(\w*PASSWORD)(?!:\?)", COMPOSE) == []


def ours() -> dict[str, dict]:
    return {name: service for name, service in SERVICES.items() if service.get("image") == "zhongdian-diaodu"}


def test_the_same_image_plays_every_role():
    assert set(ours()) == {"migrate", "web", "worker", "beat"}
    assert set(SERVICES) - set(ours()) == {"postgres", "redis"}


@pytest.mark.parametrize("role", ["worker", "beat"])
def test_each_role_is_asked_after_its_own_health(role):
    assert SERVICES[role]["healthcheck"]["test"][-2:] == ["config.health", role]


def test_the_image_brings_the_bootstrap_whole():
    """What the first step imports must be copied before it."""
    copied = set(re.findall(r"config/(\w+)\.py", re.search(r"^COPY config/.*$", dockerfile(), re.MULTILINE)[0]))
    needed = {"__init__", "bootstrap"}
    while missing := {name for module in needed for name in neighbours(module)} - needed:
        needed |= missing
    assert copied == needed


def neighbours(module: str) -> set[str]:
    source = (BASE / "config" / f"{module}.py").read_text(encoding="utf-8")
    return set(re.findall(r"^from config\.(\w+) import", source, re.MULTILINE)) | {
        name for names in re.findall(r"^from config import (.+)$", source, re.MULTILINE) for name in names.split(", ")
    }


def dockerfile() -> str:
    return (BASE / "Dockerfile").read_text(encoding="utf-8")


def test_compose_is_accepted_with_the_example(tmp_path: Path):
    shutil.copy(BASE / "docker-compose.yml", tmp_path)
    shutil.copy(BASE / ".env.example", tmp_path / ".env")
    told = subprocess.run(
        ["docker-compose", "config", "--quiet"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-uv.txt"])
def test_locks_have_a_hash_for_everything_and_no_address(name):
    text = (BASE / name).read_text(encoding="ascii")
    assert "://" not in text
    entries = re.split(r"\n(?=\S)", text.strip())
    assert all(re.match(r"[a-z0-9._-]+==\S+", entry) and "--hash=sha256:" in entry for entry in entries)


@pytest.mark.parametrize(("lock", "groups"), [("requirements.txt", []), ("requirements-dev.txt", ["dev"])])
def test_the_locks_follow_pyproject(lock, groups):
    project = tomllib.loads((BASE / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [
        *project["project"]["dependencies"],
        *(line for group in groups for line in project["dependency-groups"][group]),
    ]
    text = (BASE / lock).read_text(encoding="ascii")
    locked = dict(re.findall(r"^([a-z0-9._-]+)==([^\s;]+)", text, re.MULTILINE))
    for requirement in map(Requirement, wanted):
        assert locked[requirement.name.lower()] in requirement.specifier


def test_developers_run_what_is_deployed():
    """Whatever the product's lock pins, the tests' lock pins alike."""
    pinned, tested = (
        set(re.findall(r"^(\S+==\S+)", (BASE / name).read_text(encoding="ascii"), re.MULTILINE))
        for name in ("requirements.txt", "requirements-dev.txt")
    )
    assert pinned - tested == set()
