"""The web server, on one machine and in a container alike. ``WEB_CONCURRENCY`` sets the processes."""

import os

worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
preload_app = True  # one import of the code, shared by the processes
timeout = 60
graceful_timeout = 5
max_requests, max_requests_jitter = 20_000, 2_000
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108  (heartbeats in memory)
forwarded_allow_ips = "*" if os.environ.get("PROXY_COUNT", "0") != "0" else "127.0.0.1"
proc_name = "zhongdian-diaodu"
loglevel = "warning"
