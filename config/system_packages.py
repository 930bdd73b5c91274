"""Debian's packages: by apt as root, else downloaded by apt and unpacked into ``var/system``."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.spoken import Unavailable, succeeds

# What must be loadable, and the package that has it.
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
FONTS = {
    "truetype/arphic/uming.ttc": "fonts-arphic-uming",
    "truetype/wqy/wqy-microhei.ttc": "fonts-wqy-microhei",
    "truetype/hanazono/HanaMinB.ttf": "fonts-hanazono",  # the rarest names of people and places
}
# The faces of official documents (仿宋 黑体 楷体 宋体), taken out of their package without installing it.
FANDOL_PACKAGE = "texlive-lang-chinese"
FANDOL = (
    "FandolFang-Regular.otf",
    "FandolHei-Bold.otf",
    "FandolHei-Regular.otf",
    "FandolKai-Regular.otf",
    "FandolSong-Bold.otf",
    "FandolSong-Regular.otf",
)
TEST_TOOLS = {
    "/usr/lib/postgresql/*/bin/initdb": "postgresql",
    "/usr/bin/redis-server": "redis-server",
    "/usr/bin/chromium-headless-shell": "chromium-headless-shell",
    "/usr/bin/docker-compose": "docker-compose",
    "/usr/lib/*/libatomic.so.1": "libatomic1",
}
QUIET = ("-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Use-Pty=0")


@dataclass(frozen=True)
class Apt:
    """apt-get with the prefix that makes us root, or with options for a state of our own."""

    prefix: tuple[str, ...]
    options: tuple[str, ...]
    log: Path

    def run(self, *arguments: str, cwd: Path | None = None) -> bool:
        command = [
            *self.prefix,
            "env",
            "DEBIAN_FRONTEND=noninteractive",
            "apt-get",
            *self.options,
            *arguments,
        ]
        return succeeds(command, log=self.log, cwd=cwd)

    def run_fresh(self, *arguments: str, cwd: Path | None = None) -> bool:
        """Once more with new lists, if the lists at hand do not do."""
        return self.run(*arguments, cwd=cwd) or (self.run("update") and self.run(*arguments, cwd=cwd))


def becoming_root() -> tuple[str, ...] | None:
    """The words before a command that needs root; ``None`` when we cannot become it without a question."""
    if os.geteuid() == 0:
        return ()
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ("sudo", "-n")
    return None


def apt(var: Path) -> Apt:
    """The system's apt for root; for an ordinary user one whose lists and downloads are in ``var/apt``."""
    log, prefix = var / "log" / "setup.log", becoming_root()
    if prefix is not None:
        return Apt(prefix, ("-o", "APT::Sandbox::User=root"), log)
    lists, cache = var / "apt/lists", var / "apt/cache"
    for folder in (lists, cache):
        (folder / "partial").mkdir(parents=True, exist_ok=True)
    (cache / "archives/partial").mkdir(parents=True, exist_ok=True)
    places = (
        f"Dir::State::lists={lists}",
        f"Dir::Cache={cache}",
        f"Dir::Log={var / 'apt'}",
        "Debug::NoLocking=1",
    )
    return Apt((), tuple(word for place in places for word in ("-o", place)), log)


def provide(var: Path, packages: list[str], *, purpose: str) -> None:
    """Install the packages, or unpack them with all they need where we may not install."""
    if not packages:
        return
    mend = f"sudo apt-get update && sudo apt-get install -y {' '.join(packages)}"
    if becoming_root() is not None:
        provided = apt(var).run_fresh("install", *QUIET, *packages)
    else:
        provided = apt(var).run_fresh("install", "--download-only", *QUIET, *packages) and unpack(var)
    if not provided:
        raise Unavailable(f"未能安装 {'、'.join(packages)}（{purpose}），详见 {var / 'log/setup.log'}", mend=mend)


def unpack(var: Path) -> bool:
    """Every package downloaded, into ``var/system``; the downloads are not kept."""
    into, log = var / "system", var / "log" / "setup.log"
    for package in sorted((var / "apt/cache/archives").glob("*.deb")):
        if not succeeds(["dpkg-deb", "-x", package, into], log=log):
            return False
        package.unlink()
    return True


def provide_libraries(var: Path) -> None:
    """Pango and HarfBuzz; without the subsetter PDFs come out right but four to ten times slower."""
    missing = [package for library, package in LIBRARIES.items() if not loads(library, var)]
    provide(var, missing, purpose="没有它不能生成 PDF 文书")


def loads(library: str, var: Path) -> bool:
    if any((Path(folder) / library).exists() for folder in private_library_folders(var)):
        return True
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def private_library_folders(var: Path) -> list[str]:
    return [str(folder) for top in ("usr/lib", "lib") for folder in sorted((var / "system" / top).glob("*-linux-gnu*"))]


def provide_fonts(var: Path) -> None:
    provide(
        var,
        [package for font, package in FONTS.items() if not font_installed(font, var)],
        purpose="生僻字字体",
    )
    if any(not (var / "fonts" / name).exists() for name in FANDOL):
        take_fandol(var)


def font_installed(font: str, var: Path) -> bool:
    return any((folder / font).exists() for folder in (Path("/usr/share/fonts"), var / "system/usr/share/fonts"))


def take_fandol(var: Path) -> None:
    """The six files out of a TeX package of 50 MB, so that no TeX is installed for them."""
    with tempfile.TemporaryDirectory(dir=var / "apt") as folder:
        if not apt(var).run_fresh("download", FANDOL_PACKAGE, cwd=Path(folder)):
            what = f"未能取得公文字体（软件包 {FANDOL_PACKAGE}），文书将用替代字体"
            mend = (
                f"sudo apt-get update && python3 manage.py up（或自备仿宋、黑体、楷体、宋体字体文件放入 {var}/fonts）"
            )
            raise Unavailable(what, mend=mend)
        for package in Path(folder).glob("*.deb"):
            extract_fandol(package, var / "fonts")


def extract_fandol(package: Path, into: Path) -> None:
    with (
        subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE) as unpacking,
        tarfile.open(fileobj=unpacking.stdout, mode="r|") as files,
    ):
        for member in files:
            name = Path(member.name).name
            if name in FANDOL and (content := files.extractfile(member)):
                (into / name).write_bytes(content.read())


def provide_test_tools(var: Path) -> None:
    """Servers that only the tests use; they must not start by themselves because we installed them."""
    missing = [package for pattern, package in TEST_TOOLS.items() if not list(Path("/").glob(pattern[1:]))]
    if not missing:
        return
    prefix = becoming_root()
    if prefix is None:
        raise Unavailable(f"测试需要 {'、'.join(missing)}", mend=f"sudo apt-get install -y {' '.join(missing)}")
    with services_stay_down(prefix):
        provide(var, missing, purpose="只供测试使用")


@contextmanager
def services_stay_down(prefix: tuple[str, ...], policy: Path = Path("/usr/sbin/policy-rc.d")) -> Iterator[None]:
    """Debian starts a server when it is installed unless this file says no; ours is gone afterwards."""
    if policy.exists():
        yield
        return
    subprocess.run(
        [*prefix, "sh", "-c", f"printf '#!/bin/sh\\nexit 101\\n' > {policy} && chmod 755 {policy}"],
        check=True,
    )
    try:
        yield
    finally:
        subprocess.run([*prefix, "rm", "-f", str(policy)], check=True)
