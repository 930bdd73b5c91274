"""``manage.py up``: the whole product on this machine, until Ctrl-C."""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from unicodedata import east_asian_width
from urllib.parse import urlparse

from config.bootstrap import BASE, VAR
from config.processes import Processes, Stopped
from config.spoken import Command, say

Account = dict[str, str]
BEIJING = timezone(timedelta(hours=8))
LOGS = {"网页服务": VAR / "log/web.log", "后台任务": VAR / "log/worker.log"}
WORKER = ("--beat", "--concurrency", "1", "--without-gossip", "--without-mingle", "--loglevel", "WARNING")
LOGIN_PAGE = "/login/"
EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  (only if asked for)
COLUMNS = {"username": "用户名", "full_name": "姓名", "role": "角色", "password": "初始密码"}


@dataclass(frozen=True)
class Prepared:
    """What ``manage.py prepare`` answers: the demo's accounts if it was loaded just now, and our address."""

    accounts: list[Account]
    site_url: str


class CannotStart(Exception):
    """Why the product does not come up, in one line."""


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    try:
        with only_one_of_us(), Processes() as processes:
            serve(processes, options)
    except CannotStart as problem:
        say(f"✗ {problem}")
        return 1
    except Stopped:
        say("已全部停止。数据保存在 " + str(VAR))
    return 0


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="manage.py up", description="启动整个平台：网页、后台任务和定时任务。")
    parser.add_argument("--host", default="127.0.0.1", help="监听地址；0.0.0.0 供本单位局域网访问")
    parser.add_argument("--port", type=int, default=8000, help="端口（默认 8000）")
    parser.add_argument("--no-demo", action="store_true", help="数据库为空时不载入演示数据")
    parser.add_argument("--seed", type=int, default=2025, help="演示数据的随机种子")
    parser.add_argument(
        "--anchor", type=date.fromisoformat, default=datetime.now(BEIJING).date(), help="演示数据以哪一天为“今天”"
    )
    return parser.parse_args(arguments)


def serve(processes: Processes, options: argparse.Namespace) -> None:
    """Prepare the data, start, wait for the page, say where it is, and stay until something ends."""
    began = time.monotonic()
    refuse_taken_port(options.host, options.port)
    env = surroundings(options)
    prepared = prepare(processes, options, env)
    try:
        start(processes, options, env)
        wait_for_page(processes, options, prepared.site_url)
        spent = time.monotonic() - began
        print(f"\n重点项目建设调度平台已启动（{spent:.1f} 秒）：{prepared.site_url}/", flush=True)
    finally:
        show(prepared.accounts)
    say("按 Ctrl-C 停止。")
    while not processes.ended():
        time.sleep(0.3)
    raise CannotStart(obituary(processes))


def surroundings(options: argparse.Namespace) -> dict[str, str]:
    """The children's environment: prepared already, and knowing the address people will use."""
    env = dict(os.environ, BOOTSTRAP="off")
    if "ENV_FILE" in env:
        return env  # whoever wrote the file knows the address
    others = own_names() if options.host in EVERY_ADDRESS else [bracketed(options.host)]
    names = dict.fromkeys(["127.0.0.1", "localhost", "[::1]", *others])
    env.setdefault("SITE_URL", f"http://{others[0]}:{options.port}")
    env.setdefault("ALLOWED_HOSTS", ",".join(names))
    return env


def own_names() -> list[str]:
    """What colleagues may type: this machine's address towards the network, and its name."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing; a documentation address that only picks the route
            return [probe.getsockname()[0], socket.gethostname()]
        except OSError:
            return [socket.gethostname()]


def refuse_taken_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotStart(
                f"端口 {port} 不可用（{error.strerror}）。换一个端口：python3 manage.py up --port {port + 1}"
            ) from error


@contextmanager
def only_one_of_us() -> Iterator[None]:
    """Two timetables on one database would do everything twice."""
    with (VAR / "stamps" / "up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotStart("平台已在运行（使用同一数据目录）。请先在原窗口按 Ctrl-C。") from error
        yield


def prepare(processes: Processes, options: argparse.Namespace, env: dict[str, str]) -> Prepared:
    """Tables, static files and, in an empty database, the demo."""
    command: Command = [sys.executable, BASE / "manage.py", "prepare", "--seed", str(options.seed)]
    command = [*command, "--anchor", str(options.anchor), *(["--no-demo"] if options.no_demo else [])]
    child = processes.start("数据准备", command, env=env, stdout=subprocess.PIPE)
    answer, _ = child.communicate()
    if child.returncode:
        raise CannotStart("数据准备没有完成，原因见上。")
    del processes.running["数据准备"]
    return Prepared(**json.loads(answer))


def start(processes: Processes, options: argparse.Namespace, env: dict[str, str]) -> None:
    """The web server, and one process for background work with its timetable."""
    say("… 启动网页服务和后台任务")
    address = f"{bracketed(options.host)}:{options.port}"
    web: Command = ["gunicorn", "--config", BASE / "config/gunicorn.py", "--bind", address, "config.wsgi"]
    worker: Command = ["celery", "--app", "config.celery", "worker", *WORKER, "--schedule", VAR / "beat/schedule"]
    for name, words in (("网页服务", web), ("后台任务", worker)):
        processes.start(name, [sys.executable, "-m", *words], env=env, log=LOGS[name])


def bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def wait_for_page(processes: Processes, options: argparse.Namespace, site_url: str, *, patience: float = 90) -> None:
    address = f"{bracketed(EVERY_ADDRESS.get(options.host, options.host))}:{options.port}"
    deadline = time.monotonic() + patience
    while not login_page_served(address, site_url=site_url):
        if processes.ended():
            raise CannotStart(obituary(processes))
        if time.monotonic() > deadline:
            raise CannotStart(f"网页服务 {patience:.0f} 秒内没有应答，详见 {LOGS['网页服务']}。")
        time.sleep(0.1)


def login_page_served(address: str, *, site_url: str) -> bool:
    """Asked for as the proxy in front asks, so that an https site answers, too; past any proxy of our own."""
    site = urlparse(site_url)
    headers = {"Host": site.netloc, "X-Forwarded-Proto": site.scheme}
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(urllib.request.Request(f"http://{address}{LOGIN_PAGE}", headers=headers), timeout=10) as page:
            return bool(page.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def obituary(processes: Processes) -> str:
    name, code = processes.ended() or ("网页服务", 0)
    return f"{name}意外退出（代码 {code}），已全部停止。原因见 {LOGS[name]}，查明后重新运行 python3 manage.py up。"


def show(accounts: list[Account]) -> None:
    """The demo accounts, once: the passwords are stored nowhere in the clear."""
    if not accounts:
        return
    rows = [list(COLUMNS.values()), *([account[key] for key in COLUMNS] for account in accounts)]
    widths = [max(width(row[column]) for row in rows) for column in range(len(COLUMNS))]
    print("\n演示账号（密码在本机随机生成，只显示这一次，请记下；登录后可修改）：")
    for row in rows:
        print(
            "  " + "  ".join(cell + " " * (wide - width(cell)) for cell, wide in zip(row, widths, strict=True)).rstrip()
        )
    print(flush=True)


def width(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
