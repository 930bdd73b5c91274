"""The bootstrap: nothing twice, nothing silent, nothing on stdout, nothing but the standard library."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from config import bootstrap, system_packages, virtualenv
from config.bootstrap import Step
from config.spoken import Unavailable

BASE = bootstrap.BASE


@pytest.fixture
def var(tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap, "VAR", tmp_path)
    bootstrap.make_folders(tmp_path)
    return tmp_path


@pytest.fixture
def ordinary_user(monkeypatch):
    monkeypatch.setattr(system_packages, "becoming_root", lambda: None)


def a_step(done: list[str], *, mark: str = "1", required: bool = True, fails: bool = False) -> Step:
    def do() -> None:
        done.append(mark)
        if fails:
            raise Unavailable("没有网络", mend="接通网络")

    return Step("step", "做一件事", lambda: mark, do, required)


def test_it_needs_nothing_but_the_standard_library():
    code = "import config, config.bootstrap, config.testing, config.up, manage"
    bare = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(BASE)!r}); {code}"]
    assert subprocess.run(bare, capture_output=True, text=True, check=False).stderr == ""


def test_a_step_is_done_once(var):
    done: list[str] = []
    for _ in range(2):
        bootstrap.take(a_step(done), insist=True)
    assert done == ["1"]


def test_a_changed_lock_does_the_step_again(var):
    done: list[str] = []
    bootstrap.take(a_step(done, mark="1"), insist=False)
    bootstrap.take(a_step(done, mark="2"), insist=False)
    assert done == ["1", "2"]


def test_a_required_step_that_fails_stops_and_leaves_no_stamp(var):
    with pytest.raises(Unavailable, match=r"没有网络。修复办法：接通网络"):
        bootstrap.take(a_step([], fails=True), insist=True)
    assert not (var / "stamps/step").exists()


def test_another_that_fails_is_named_in_one_line_and_only_up_tries_again(var, capsys):
    done: list[str] = []
    step = a_step(done, required=False, fails=True)
    bootstrap.take(step, insist=False)
    bootstrap.take(step, insist=False)
    assert done == ["1"]
    bootstrap.take(step, insist=True)
    assert done == ["1", "1"]
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("! 没有网络。修复办法：接通网络\n") == 2


def test_an_image_is_not_built_without_it(var):
    with pytest.raises(Unavailable):
        bootstrap.take(a_step([], required=False, fails=True), insist=True, strict=True)


def test_the_secret_key_is_made_once_for_its_owner_alone(var):
    bootstrap.keep_secret_key()
    key = (var / "secret_key").read_text()
    bootstrap.keep_secret_key()
    assert (var / "secret_key").read_text() == key
    assert len(key) >= 50
    assert stat.S_IMODE((var / "secret_key").stat().st_mode) == 0o600


def test_unwritable_folders_are_named_with_the_command_that_mends_them(var, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(Unavailable, match=r"无权写入 .*。修复办法：sudo chown -R"):
        bootstrap.make_folders(var)


def test_libraries_and_fonts_unpacked_privately_are_found(var):
    (var / "system/usr/lib/x86_64-linux-gnu").mkdir(parents=True)
    bootstrap.write_fontconfig()
    prepared = bootstrap.environment()
    assert prepared["LD_LIBRARY_PATH"].split(":")[0] == str(var / "system/usr/lib/x86_64-linux-gnu")
    assert prepared["BOOTSTRAP"] == "off"
    listed = Path(prepared["FONTCONFIG_FILE"]).read_text()
    assert f"<dir>{var / 'fonts'}</dir>" in listed
    assert f"<dir>{var / 'system/usr/share/fonts'}</dir>" in listed


def test_without_private_libraries_the_loader_is_left_alone(var, monkeypatch):
    monkeypatch.delenv("LD_LIBRARY_PATH", raising=False)
    assert "LD_LIBRARY_PATH" not in bootstrap.environment()


def test_an_ordinary_users_apt_writes_only_under_var(var, ordinary_user):
    places = [word.split("=", 1)[1] for word in system_packages.apt(var).options if word.startswith("Dir")]
    assert len(places) == 3
    assert all(Path(place).is_relative_to(var) for place in places)


def test_what_apt_cannot_install_is_named_with_its_command(var, ordinary_user, monkeypatch):
    monkeypatch.setattr(system_packages, "succeeds", lambda *_, **__: False)
    with pytest.raises(Unavailable, match=r"sudo apt-get install -y libharfbuzz-subset0$"):
        system_packages.provide(var, ["libharfbuzz-subset0"], purpose="PDF")


def test_a_missing_venv_module_is_named_to_who_may_not_install_it(var, ordinary_user):
    with pytest.raises(Unavailable, match=r"缺少 python3-venv。修复办法：sudo apt-get install -y python3-venv"):
        virtualenv.install_venv_module(var)


def test_an_environment_left_behind_by_a_system_upgrade_is_made_anew(tmp_path):
    interpreter = tmp_path / "python3.13"
    interpreter.touch()
    for folder in ("venv/bin", "venv/lib/python3.11"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "venv/pyvenv.cfg").write_text("version = 3.11.2\n")
    virtualenv.python(tmp_path).symlink_to(interpreter)
    assert virtualenv.identity(tmp_path) == ""
    (tmp_path / "venv/lib/python3.13").mkdir()
    assert virtualenv.identity(tmp_path) != ""


def test_nothing_is_asked_of_apt_where_all_is_there(var, monkeypatch):
    monkeypatch.setattr(system_packages, "loads", lambda *_: True)
    monkeypatch.setattr(system_packages, "font_installed", lambda *_: True)
    monkeypatch.setattr(system_packages, "apt", pytest.fail)
    for name in system_packages.FANDOL:
        (var / "fonts" / name).touch()
    system_packages.provide_libraries(var)
    system_packages.provide_fonts(var)


def test_uv_is_told_what_pip_is_set_up_with():
    told = {"index-url": "https://mirror.example/simple", "trusted-host": "mirror.example"}
    settings = virtualenv.uv_settings(told)
    assert settings["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"
    assert settings["UV_INSECURE_HOST"] == "mirror.example"
    assert settings["UV_SYSTEM_CERTS"] == "true"


def test_an_office_certificate_given_to_pip_is_given_to_uv(tmp_path):
    bundle = tmp_path / "office.crt"
    bundle.touch()
    assert virtualenv.certificates({"cert": str(bundle)}) == {"PIP_CERT": str(bundle), "SSL_CERT_FILE": str(bundle)}


def test_a_prepared_machine_goes_straight_on_and_keeps_stdout_clean(tmp_path):
    """The whole way: manage.py → stamps hold → the same command again in the environment."""
    env = os.environ | {"VAR_DIR": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    env.pop("BOOTSTRAP", None)
    stamp_everything(tmp_path, env)
    told = subprocess.run(
        [sys.executable, BASE / "manage.py", "version"], env=env, capture_output=True, text=True, check=False
    )
    assert (told.stderr, told.returncode) == ("", 0)
    assert told.stdout.startswith("5.2")


STAMP = """
from config import bootstrap
bootstrap.make_folders(bootstrap.VAR), bootstrap.keep_secret_key(), bootstrap.write_fontconfig()
for step in bootstrap.steps(developer=False):
    (bootstrap.VAR / "stamps" / step.name).write_text(step.fingerprint())
"""


def stamp_everything(var: Path, env: dict[str, str]) -> None:
    (var / "venv").symlink_to(sys.prefix)
    subprocess.run([sys.executable, "-c", STAMP], cwd=BASE, env=env, check=True)
