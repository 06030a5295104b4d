# Diafan in one image; PostgreSQL is a neighbour (see docker-compose.yml), never a part of it.
FROM python:3.11-slim-bookworm

ENV PIP_NO_CACHE_DIR=1 PYTHONUNBUFFERED=1
WORKDIR /opt/diafan

COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN pip install --requirement requirements.lock
COPY audit audit
COPY integrations integrations
COPY models models
COPY service service
RUN python -m service.web.build && rm -rf service/web/node_modules
RUN pip install --no-deps . && useradd --system --create-home --home-dir /var/lib/diafan diafan

USER diafan
VOLUME /var/lib/diafan
EXPOSE 11112 8710
ENV DIAFAN_DATA_DIR=/var/lib/diafan DIAFAN_DIMSE_HOST=0.0.0.0 DIAFAN_HTTP_HOST=0.0.0.0
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8710/health/ready', timeout=4)"]
ENTRYPOINT ["diafan"]
CMD ["serve"]
