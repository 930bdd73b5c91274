# One image, three roles: web (the default command), worker, beat. See docker-compose.yml.
FROM debian:trixie-slim

RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates python3 python3-venv \
 && useradd --create-home --uid 10001 app
WORKDIR /srv/app

# What changes rarely comes first: libraries, fonts and Python packages, by the same bootstrap as on a bare machine.
COPY requirements.txt requirements-uv.txt ./
# An office with a mirror: docker compose build --build-arg PIP_INDEX_URL=…
ARG PIP_INDEX_URL
COPY config/__init__.py config/bootstrap.py config/spoken.py config/system_packages.py config/virtualenv.py config/
RUN python3 -m config.bootstrap \
 && rm -rf var/secret_key var/apt var/log/* /var/lib/apt/lists/* /root/.cache

ENV BOOTSTRAP=off \
    PATH=/srv/app/var/venv/bin:$PATH \
    FONTCONFIG_FILE=/srv/app/var/fontconfig/fonts.conf \
    PYTHONUNBUFFERED=1
COPY . .
RUN SECRET_KEY=only-for-this-step python manage.py collectstatic --noinput --verbosity 0 \
 && chown -R app: var/beat var/files var/fontconfig var/log

USER app
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=15s --start-period=60s CMD ["python", "-m", "config.health", "web"]
CMD ["gunicorn", "--config", "config/gunicorn.py", "--bind", "0.0.0.0:8000", "config.wsgi"]
