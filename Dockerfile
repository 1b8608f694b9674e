# syntax=docker/dockerfile:1
# Two stages, so that the image holds what runs and not what built it.

FROM python:3.13-slim AS build
WORKDIR /src
RUN python -m venv /opt/tertulia
# The dependencies first: they change seldom, so this layer is built seldom.
COPY pyproject.toml ./
RUN /opt/tertulia/bin/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["dependencies"], sep="\n")' > requirements.txt \
 && /opt/tertulia/bin/pip install --no-cache-dir --disable-pip-version-check -r requirements.txt
COPY README.md LICENSE ./
COPY bot bot
COPY storage storage
COPY scheduler scheduler
RUN /opt/tertulia/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps . \
 && /opt/tertulia/bin/tertulia content compile

FROM python:3.13-slim
# pg_dump and pg_restore, for `tertulia backup` and `restore` where the database is PostgreSQL.
RUN apt-get update \
 && apt-get install -y --no-install-recommends postgresql-client \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --no-create-home --home-dir /data tertulia \
 && install -d -o tertulia -g tertulia -m 0700 /data
COPY --from=build /opt/tertulia /opt/tertulia
ENV PATH=/opt/tertulia/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    TUTOR_DATA_DIR=/data \
    TUTOR_LISTEN=0.0.0.0:8080 \
    TUTOR_LOG_FORMAT=json
USER tertulia
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request; port = os.environ['TUTOR_LISTEN'].rpartition(':')[2]; urllib.request.urlopen(f'http://127.0.0.1:{port}/healthz', timeout=4)"]
CMD ["tertulia", "run"]
