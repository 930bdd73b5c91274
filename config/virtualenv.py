"""The Python environment in ``var/venv``: hash-locked packages by uv, or by pip where uv cannot."""

from __future__ import annotations

import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from config import system_packages
from config.spoken import Command, Unavailable, say, succeeds

UV_REQUIREMENTS = Path(__file__).resolve().parent.parent / "requirements-uv.txt"
SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


def python(var: Path) -> Path:
    return var / "venv/bin/python"


def identity(var: Path) -> str:
    """What the environment was made for; nothing when it is not there, or the system's Python is another by now."""
    described, interpreter = var / "venv/pyvenv.cfg", python(var).resolve()
    if not described.exists() or not (var / "venv/lib" / interpreter.name).is_dir():
        return ""
    return f"{described.read_text(encoding='utf-8')}{interpreter}"


def install(var: Path, requirements: Path) -> None:
    """Bring the environment to what the lock says."""
    log = var / "log" / "setup.log"
    if not identity(var):
        create(var)
    told = pip_settings(var)
    env = os.environ | certificates(told)
    if by_uv(var, requirements, env | uv_settings(told), log):
        return
    say("… uv 未能完成，改用 pip")
    pip: Command = [python(var), "-m", "pip", "install", "--require-hashes", "-r", requirements]
    if not succeeds(pip, log=log, env=env):
        what = f"未能安装 Python 依赖包（需要网络或 pip 镜像 index-url），详见 {log}"
        raise Unavailable(what, mend=shlex.join(map(str, pip)))


def create(var: Path) -> None:
    """A new environment of the system's Python; pip comes with it from Debian's python3-venv."""
    if importlib.util.find_spec("ensurepip") is None:
        install_venv_module(var)
    shutil.rmtree(var / "venv", ignore_errors=True)
    base = getattr(sys, "_base_executable", sys.executable)
    if not succeeds([base, "-m", "venv", var / "venv"], log=var / "log" / "setup.log"):
        raise Unavailable(
            f"未能创建 {var / 'venv'}，详见 {var / 'log/setup.log'}",
            mend="sudo apt-get install -y python3-venv",
        )


def install_venv_module(var: Path) -> None:
    if system_packages.becoming_root() is None:
        raise Unavailable("缺少 python3-venv", mend="sudo apt-get install -y python3-venv")
    system_packages.provide(var, ["python3-venv"], purpose="用于隔离 Python 依赖包")


def by_uv(var: Path, requirements: Path, env: dict[str, str], log: Path) -> bool:
    """uv is several times faster than pip, which only brings it in."""
    pip: Command = [python(var), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", UV_REQUIREMENTS]
    uv: Command = [python(var), "-m", "uv", "pip", "install", "--python", python(var), "--require-hashes"]
    fill = [*uv, "--compile-bytecode", "-r", requirements]
    return succeeds(pip, log=log, env=env) and succeeds(fill, log=log, env=env)


def pip_settings(var: Path) -> dict[str, str]:
    """What ``pip config list`` shows; the environment last, because it has the last word."""
    listing: Command = [python(var), "-m", "pip", "config", "list"]
    listed = subprocess.run(listing, capture_output=True, text=True, check=False).stdout.splitlines()
    settings: dict[str, str] = {}
    for line in sorted(listed, key=lambda line: line.startswith(":env:")):
        name, _, value = line.partition("=")
        settings[name.rpartition(".")[2]] = value.strip("'\"")
    return settings


def certificates(told: dict[str, str]) -> dict[str, str]:
    """An office's own authority is known to the system; pip and uv are told to believe the system."""
    believed = told.get("cert") or os.environ.get("SSL_CERT_FILE") or str(SYSTEM_CERTIFICATES)
    return {"PIP_CERT": believed, "SSL_CERT_FILE": believed} if Path(believed).exists() else {}


def uv_settings(told: dict[str, str]) -> dict[str, str]:
    """uv does not read pip's settings: the index pip is told to use, in uv's words."""
    settings = {"UV_SYSTEM_CERTS": "true", "UV_HTTP_TIMEOUT": "180"}
    if index := told.get("index-url"):
        settings["UV_DEFAULT_INDEX"] = index
    if more := told.get("extra-index-url"):
        settings |= {"UV_INDEX": more, "UV_INDEX_STRATEGY": "unsafe-best-match"}  # safe: every hash is locked
    if trusted := told.get("trusted-host"):
        settings["UV_INSECURE_HOST"] = trusted
    return settings
