#!/usr/bin/env python3
"""The product's command line. ``up`` starts everything, ``test`` proves it, the rest is Django's.

Every command first passes through the bootstrap, which installs what is missing and starts this
file again in the prepared environment; so nothing here may import what is not yet installed.
"""

import os
import re
import sys

from config import bootstrap, testing, up

NO_TABLE = re.compile(r"no such table|relation \S+ does not exist")


def main() -> None:
    command, options = (sys.argv[1] if sys.argv[1:] else ""), sys.argv[2:]
    bootstrap.enter(command, options)
    if command == "up":
        sys.exit(up.main(options))
    if command == "test":
        sys.exit(testing.main(options))
    hand_to_django()


def hand_to_django() -> None:
    """Django is installed by now. A wrong setting or a database without tables is one sentence, not a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.conf import settings  # noqa: PLC0415
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415
    from django.core.management import execute_from_command_line  # noqa: PLC0415
    from django.db.utils import OperationalError, ProgrammingError  # noqa: PLC0415

    try:
        settings.SECRET_KEY  # noqa: B018  (the first look reads them all)
    except ImproperlyConfigured as problem:
        sys.exit(f"✗ 配置有误：{problem}")
    try:
        execute_from_command_line(sys.argv)
    except (OperationalError, ProgrammingError) as problem:
        if not NO_TABLE.search(str(problem)):
            raise
        sys.exit("✗ 数据库还没有建表：请先运行 python3 manage.py migrate（up 会自动完成）。")


if __name__ == "__main__":
    main()
