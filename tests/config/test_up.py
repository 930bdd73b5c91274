"""``up``: it comes up whole, says where it is, and goes down whole."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.urls import reverse

from config import up
from config.bootstrap import BASE, make_folders
from config.processes import children_of

LISTED = re.findall(r"^(?:# )?([A-Z_]+)=", (BASE / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(var, *options: str) -> Iterator[subprocess.Popen[str]]:
    """The real thing, on a data folder of its own; never left behind."""
    make_folders(var)
    (var / "secret_key").write_text("k" * 64)
    env = {name: value for name, value in os.environ.items() if name not in LISTED}
    env |= {"BOOTSTRAP": "off", "VAR_DIR": str(var), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, BASE / "manage.py", "up", "--no-demo", *options]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as child:
        try:
            yield child
        finally:
            child.send_signal(signal.SIGTERM)


def wait_for_line(child: subprocess.Popen[str], words: str) -> str:
    seen = []
    for line in child.stdout:
        seen.append(line)
        if words in line:
            return line
    raise AssertionError("".join(seen))


def family(pid: int) -> list[int]:
    return [one for child in children_of(pid) for one in [child, *family(child)]]


def alive(pids: list[int]) -> list[int]:
    return [pid for pid in pids if os.path.exists(f"/proc/{pid}")]


def test_it_comes_up_serves_leaves_nothing_behind_and_starts_again(tmp_path):
    port = free_port()
    with running(tmp_path, "--port", str(port)) as child:
        line = wait_for_line(child, "已启动")
        assert f"http://127.0.0.1:{port}/" in line
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{up.LOGIN_PAGE}", timeout=10) as page:
            assert "登录" in page.read().decode()
        wait_for_line(child, "Ctrl-C")
        everybody = family(child.pid)
        assert len(everybody) >= 4  # the web server's two, the worker's, and the timetable
        child.send_signal(signal.SIGINT)
        assert "已全部停止" in child.stdout.read()
        assert child.wait(20) == 0
    assert alive(everybody) == []
    with running(tmp_path, "--port", str(port)) as child:
        wait_for_line(child, "已启动")


def test_when_one_part_dies_it_says_so_in_a_line_and_stops_the_rest(tmp_path):
    with running(tmp_path, "--port", str(free_port())) as child:
        wait_for_line(child, "Ctrl-C")
        everybody = family(child.pid)
        gunicorn = next(pid for pid in children_of(child.pid) if b"gunicorn" in command_line(pid))
        os.kill(gunicorn, signal.SIGKILL)
        said = child.stdout.read()
        assert re.search(r"^✗ 网页服务意外退出（代码 -9），已全部停止。原因见 .*web\.log", said, re.MULTILINE)
        assert len(said.splitlines()) == 1
        assert child.wait(20) == 1
    assert alive(everybody) == []


def command_line(pid: int) -> bytes:
    with open(f"/proc/{pid}/cmdline", "rb") as line:
        return line.read()


def test_a_second_one_on_the_same_data_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(up, "VAR", tmp_path)
    make_folders(tmp_path)
    with up.only_one_of_us(), pytest.raises(up.CannotStart, match="平台已在运行"), up.only_one_of_us():
        pass


def test_a_taken_port_is_named_with_the_command_for_another():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(up.CannotStart, match=rf"端口 {port} 不可用.*--port {port + 1}$"):
            up.refuse_taken_port("127.0.0.1", port)


def test_it_waits_for_the_login_page():
    assert reverse("login") == up.LOGIN_PAGE


class BehindTls(BaseHTTPRequestHandler):
    """A site that serves nobody who comes to another name or without https."""

    def do_GET(self) -> None:
        asked = self.path, self.headers["Host"], self.headers["X-Forwarded-Proto"]
        self.send_response(200 if asked == (up.LOGIN_PAGE, "zdxm.example.gov.cn", "https") else 400)
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.mark.parametrize(("site", "served"), [("https://zdxm.example.gov.cn", True), ("http://127.0.0.1", False)])
def test_it_asks_as_the_proxy_in_front_asks(site, served):
    with HTTPServer(("127.0.0.1", 0), BehindTls) as server:
        threading.Thread(target=server.handle_request).start()
        assert up.login_page_served(f"127.0.0.1:{server.server_port}", site_url=site) is served


def test_an_address_given_in_a_file_is_kept(monkeypatch):
    monkeypatch.setenv("ENV_FILE", "/srv/zdxm/.env")
    monkeypatch.delenv("SITE_URL", raising=False)
    assert "SITE_URL" not in up.surroundings(up.parse([]))


def test_opened_to_the_network_it_answers_to_this_machines_names(monkeypatch):
    monkeypatch.delenv("ALLOWED_HOSTS", raising=False)
    monkeypatch.delenv("SITE_URL", raising=False)
    monkeypatch.setattr(up, "own_names", lambda: ["10.1.2.3", "zdxm-server"])
    env = up.surroundings(up.parse(["--host", "0.0.0.0", "--port", "8123"]))  # noqa: S104
    assert env["SITE_URL"] == "http://10.1.2.3:8123"
    assert {"10.1.2.3", "zdxm-server", "127.0.0.1"} <= set(env["ALLOWED_HOSTS"].split(","))


def test_the_accounts_are_shown_in_straight_columns(capsys):
    person = {"username": "zhang", "full_name": "张三", "role": "项目负责人", "password": "x1-y2"}
    other = {"username": "ouyangzhenhua", "full_name": "欧阳振华", "role": "区领导", "password": "a3-b4"}
    up.show([person, other])
    lines = capsys.readouterr().out.splitlines()[2:5]
    starts = [
        up.width(line[: line.index(word)]) for line, word in zip(lines, ["初始密码", "x1-y2", "a3-b4"], strict=True)
    ]
    assert len(set(starts)) == 1


def test_no_accounts_no_table(capsys):
    up.show([])
    assert capsys.readouterr().out == ""
