# The service alone. The base is a build argument: any image with Python >= 3.11, pip and venv does.
ARG BASE=python:3.12-slim-bookworm

FROM ${BASE} AS build
WORKDIR /src
COPY requirements.lock requirements-build.lock ./
RUN python3 -m venv /opt/build \
 && /opt/build/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements-build.lock \
 && python3 -m venv /opt/registry \
 && /opt/registry/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.lock
COPY . .
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /src/dist . \
 && /opt/registry/bin/pip install --no-cache-dir --no-deps /src/dist/registry-*.whl

FROM ${BASE}
ENV PATH=/opt/registry/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 REGISTRY_DATA_DIR=/data
# initdb wants a user with a name; the data folder is the service's before it becomes a volume, else that is root's.
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin registry \
 && install -d -o registry -g registry -m 0700 /data
COPY --from=build /opt/registry /opt/registry
USER 10001:10001
VOLUME /data
# Without settings the server listens inside the container only. REGISTRY_HOST=0.0.0.0 opens it, together with
# REGISTRY_HOSTS and TLS, a trusted proxy or REGISTRY_PLAIN_HTTP=yes: README.md, "Reached from elsewhere".
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python3", "-m", "registry.healthcheck"]
ENTRYPOINT ["registry"]
CMD ["serve"]
