# One image for web, worker, beat and migrate; docker-compose.yml says which one a container is.
FROM python:3.12-slim

RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --create-home --uid 10001 oms \
    && install -d -o oms -g oms /data

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=oms.settings.prod \
    OMS_HOME=/data \
    OMS_STATIC_ROOT=/app/static_collected

WORKDIR /app
COPY . .
RUN pip install --no-cache-dir -c constraints.txt -e .
# Collecting reads settings but no secret: these values exist in this layer's command only.
RUN OMS_SECRET_KEY=build OMS_FIELD_KEYS=MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE= \
    OMS_ALLOWED_HOSTS=localhost python manage.py collectstatic --noinput --verbosity 0

USER oms
VOLUME /data
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--blocking-threads", "1", "--no-ws", "--respawn-failed-workers", "--workers-kill-timeout", "10s", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "oms.wsgi:application"]
