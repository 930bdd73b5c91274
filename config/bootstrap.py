"""From a bare machine to a prepared environment, with the standard library only.

Each step leaves a stamp with the fingerprint of what it did, so the second start does nothing.
All speech goes to stderr: a command's ``--json`` output stays clean.
"""

from __future__ import annotations

import fcntl
import hashlib
import io
import os
import platform
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from config import virtualenv
from config.spoken import Unavailable, say
from config.system_packages import (
    FANDOL,
    FONTS,
    LIBRARIES,
    TEST_TOOLS,
    private_library_folders,
    provide_fonts,
    provide_libraries,
    provide_test_tools,
)

BASE = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("VAR_DIR") or BASE / "var").absolute()
DEVELOPER_COMMANDS = {"test", "bench"}
BOLD_FACES = ("FandolHei-Bold", "FandolSong-Bold")  # they say of themselves that they are of regular weight
FOLDERS = ("apt", "beat", "files", "fontconfig", "fonts", "log", "queue/control", "queue/messages",
           "queue/processed", "stamps", "static")  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One thing a machine may lack. Without a ``required`` one nothing works; others limp."""

    name: str
    says: str
    fingerprint: Callable[[], str]
    do: Callable[[], None]
    required: bool = True


def enter(command: str, options: list[str]) -> None:
    """Prepare the machine and start the command again in the prepared environment.

    Returns only there, or where ``BOOTSTRAP=off`` says that somebody else has prepared it.
    """
    speak_chinese_anywhere()
    if os.environ.get("BOOTSTRAP") == "off":
        return
    try:
        prepare(developer=command in DEVELOPER_COMMANDS, insist=command in {"up", "test", ""})
    except Unavailable as problem:
        say(f"✗ {problem}")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    python = str(virtualenv.python(VAR))
    sys.stderr.flush()
    os.execve(python, [python, str(BASE / "manage.py"), *([command] if command else []), *options], environment())


def speak_chinese_anywhere() -> None:
    """A terminal that cannot show a character shows a question mark; the work goes on."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def prepare(*, developer: bool, insist: bool, strict: bool = False) -> None:
    """Do the steps whose stamp does not hold. ``insist`` tries again what failed; ``strict`` forgives nothing."""
    if sys.version_info < (3, 11):  # noqa: UP036  (who starts us has not read pyproject.toml)
        what = f"需要 Python 3.11 以上，现为 {platform.python_version()}"
        raise Unavailable(what, mend="升级到 Debian 12、Ubuntu 24.04 或更新的系统")
    make_folders(VAR)
    with only_one_at_a_time():
        keep_secret_key()
        for step in steps(developer=developer):
            take(step, insist=insist, strict=strict)
        write_fontconfig()


def steps(*, developer: bool) -> list[Step]:
    """In the order of need: the libraries and fonts of documents, then Python packages."""
    libraries = Step(
        "libraries", "准备排版所需的系统库", libraries_wanted, lambda: provide_libraries(VAR), required=False
    )
    fonts = Step("fonts", "准备公文字体", fonts_wanted, lambda: provide_fonts(VAR), required=False)
    wanted = [libraries, fonts]
    if developer:
        says = "准备测试所需的 PostgreSQL、Redis 和浏览器"
        wanted.append(Step("test-tools", says, test_tools_wanted, lambda: provide_test_tools(VAR)))
    return [*wanted, python_step(BASE / ("requirements-dev.txt" if developer else "requirements.txt"))]


def libraries_wanted() -> str:
    return fingerprint(release(), LIBRARIES)


def fonts_wanted() -> str:
    return fingerprint(release(), FONTS, FANDOL)


def test_tools_wanted() -> str:
    return fingerprint(release(), TEST_TOOLS)


def python_step(requirements: Path) -> Step:
    def wanted() -> str:
        return fingerprint(requirements.read_text(encoding="ascii"), virtualenv.identity(VAR))

    return Step(requirements.stem, "准备 Python 依赖包", wanted, lambda: virtualenv.install(VAR, requirements))


def take(step: Step, *, insist: bool, strict: bool = False) -> None:
    """One step, unless its stamp holds. One that only limps says so, and is tried again by ``up``."""
    stamp, wanted = VAR / "stamps" / step.name, step.fingerprint()
    kept = stamp.read_text(encoding="ascii") if stamp.exists() else ""
    if kept == wanted or (kept == f"failed {wanted}" and not insist):
        return
    began = time.monotonic()
    say(f"… {step.says}")
    try:
        step.do()
    except Unavailable as problem:
        if step.required or strict:
            raise
        say(f"! {problem}")
        stamp.write_text(f"failed {wanted}", encoding="ascii")
    else:
        say(f"✓ {step.says}（{time.monotonic() - began:.0f} 秒）")
        stamp.write_text(step.fingerprint(), encoding="ascii")


def fingerprint(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def release() -> str:
    """What the machine is: its system's release and its processor."""
    described = Path("/etc/os-release")
    return platform.machine() + (described.read_text(encoding="utf-8") if described.exists() else platform.platform())


def environment() -> dict[str, str]:
    """The environment every command runs in, with the libraries that were unpacked privately."""
    prepared = dict(os.environ)
    prepared.update(BOOTSTRAP="off", VIRTUAL_ENV=str(VAR / "venv"), FONTCONFIG_FILE=str(fontconfig_file()))
    prepared["PATH"] = os.pathsep.join([str(VAR / "venv/bin"), prepared.get("PATH", os.defpath)])
    if folders := private_library_folders(VAR):
        prepared["LD_LIBRARY_PATH"] = os.pathsep.join([*folders, *filter(None, [prepared.get("LD_LIBRARY_PATH")])])
    return prepared


def make_folders(var: Path) -> None:
    try:
        for folder in FOLDERS:
            (var / folder).mkdir(parents=True, exist_ok=True)
    except PermissionError as error:
        raise Unavailable(f"无权写入 {error.filename}", mend=f"sudo chown -R $(id -un) {var}") from error
    if not os.access(var / "stamps", os.W_OK):
        raise Unavailable(f"无权写入 {var}", mend=f"sudo chown -R $(id -un) {var}")


@contextmanager
def only_one_at_a_time() -> Iterator[None]:
    """Two commands started together must not install into the same folder."""
    with (VAR / "stamps" / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("… 另一个命令正在准备环境，等它完成")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def keep_secret_key() -> None:
    """Made once on this machine, readable by its owner alone."""
    path = VAR / "secret_key"
    if not path.exists():
        with open(path, "x", encoding="ascii", opener=lambda name, flags: os.open(name, flags, 0o600)) as kept:
            kept.write(secrets.token_urlsafe(64))


def fontconfig_file() -> Path:
    return VAR / "fontconfig" / "fonts.conf"


def write_fontconfig() -> None:
    """Our own list of font folders, so that a document looks the same whatever the machine prefers."""
    places = VAR / "fonts", VAR / "system/usr/share/fonts", "/usr/share/fonts", "/usr/local/share/fonts"
    lines = "\n".join(f"  <dir>{escape(str(folder))}</dir>" for folder in places)
    bold = "\n".join(
        f'  <match target="scan"><test name="postscriptname"><string>{name}</string></test>'
        '<edit name="weight" mode="assign"><const>bold</const></edit></match>'
        for name in BOLD_FACES
    )
    text = (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
        f"{lines}\n{bold}\n  <cachedir>{escape(str(VAR / 'fontconfig/scanned'))}</cachedir>\n</fontconfig>\n"
    )
    path = fontconfig_file()
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":  # an image is built: better no image than one without fonts
    try:
        prepare(developer=False, insist=True, strict=True)
    except Unavailable as problem:
        sys.exit(f"✗ {problem}")
