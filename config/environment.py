"""Reading the environment. Everything wrong in it is said in one sentence, at the start."""

import os
from pathlib import Path
from urllib.parse import ParseResult, urlparse

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()
if env_file := os.environ.get("ENV_FILE"):
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
