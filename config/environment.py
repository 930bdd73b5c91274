"""Reading the environment. Everything wrong in it is said in one sentence, at the start."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import ParseResult, urlparse

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()
if env_file := os.environ.get("ENV_FILE"):
    if not Path(env_file).is_file():
        raise ImproperlyConfigured(f"ENV_FILE 指向的文件不存在：{env_file}。")
    env.read_env(env_file)


def read_secret_key(var_dir: Path, *, embedded: bool) -> str:
    """``SECRET_KEY``; on the embedded default the key made at set-up, kept in ``var/secret_key``."""
    key = env("SECRET_KEY", default="")
    if not key and embedded and (kept := var_dir / "secret_key").exists():
        key = kept.read_text(encoding="ascii").strip()
    if not key:
        raise ImproperlyConfigured("缺少 SECRET_KEY：请设置一个不少于 50 个字符的随机串，并妥善保存。")
    if not embedded and len(key) < 50:
        raise ImproperlyConfigured("SECRET_KEY 太短：生产环境不少于 50 个字符。")
    return key


def require_url(name: str, *, default: str) -> ParseResult:
    """An absolute http(s) address, or an error that names the variable."""
    url = urlparse(env(name, default=default))
    if url.scheme not in {"http", "https"} or not url.hostname:
        raise ImproperlyConfigured(f"{name} 须是完整网址，如 https://zdxm.example.gov.cn；现为“{url.geturl()}”。")
    return url


def read_number(name: str, *, default: int, least: int = 0) -> int:
    """A whole number not below ``least``."""
    text = env(name, default="").strip() or str(default)
    if not text.isdecimal() or int(text) < least:
        raise ImproperlyConfigured(f"{name} 须是不小于 {least} 的整数；现为“{text}”。")
    return int(text)


def read_choice(name: str, *, default: str, choices: tuple[str, ...]) -> str:
    chosen: str = env(name, default=default)
    if chosen not in choices:
        raise ImproperlyConfigured(f"{name} 只能是 {'、'.join(choices)} 之一；现为“{chosen}”。")
    return chosen


def read_database(*, embedded: Path) -> dict[str, Any]:
    """Django's description of ``DATABASE_URL``. The address is never repeated: it holds a password."""
    url = env("DATABASE_URL", default="")
    if not url:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": embedded}
    if urlparse(url).scheme not in {"postgres", "postgresql", "sqlite"}:
        raise ImproperlyConfigured("DATABASE_URL 只支持 postgresql:// 或 sqlite:///。")
    refuse_placeholder("DATABASE_URL", url)
    described: dict[str, Any] = env.db_url_config(url)
    if not described["NAME"]:
        raise ImproperlyConfigured("DATABASE_URL 没有写明数据库名，应如 postgresql://用户:密码@主机:5432/数据库名。")
    return described


def read_redis() -> str:
    url: str = env("REDIS_URL", default="")
    if url and urlparse(url).scheme not in {"redis", "rediss", "unix"}:
        raise ImproperlyConfigured("REDIS_URL 只支持 redis://、rediss:// 或 unix://，如 redis://redis:6379/0。")
    refuse_placeholder("REDIS_URL", url)
    return url


def read_mail() -> dict[str, Any]:
    """Django's description of ``EMAIL_URL``; empty: no mail is sent. The address is never repeated."""
    url: str = env("EMAIL_URL", default="")
    if not url:
        return {}
    if urlparse(url).scheme not in {"smtp", "smtp+tls", "smtp+ssl", "consolemail"}:
        raise ImproperlyConfigured("EMAIL_URL 只支持 smtp://、smtp+tls://、smtp+ssl:// 或 consolemail://。")
    refuse_placeholder("EMAIL_URL", url)
    described: dict[str, Any] = env.email_url_config(url)
    return described


def refuse_placeholder(name: str, url: str) -> None:
    """``.env.example`` marks in Chinese what must be replaced; an address proper is ASCII."""
    if not url.isascii():
        raise ImproperlyConfigured(f"{name} 里还有未替换的占位文字：请在 .env 中换成自己的随机串。")
