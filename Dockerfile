# syntax=docker/dockerfile:1
# The embedded server. Build it from a checkout: docker build --tag expunge .
# docs/how-to/containers.md explains it; `make container` runs the steps below without Docker.

# Patch releases of Python and Debian arrive with each build.
FROM python:3.13-slim-trixie AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_ROOT_USER_ACTION=ignore

# Libraries change less often than the code, so they are a layer of their own.
WORKDIR /src
COPY requirements/serve.txt requirements/serve.txt
RUN --mount=type=cache,target=/root/.cache/pip \
    python -m venv /opt/libraries \
    && /opt/libraries/bin/python -m pip install --quiet --no-deps --only-binary :all: \
        --require-hashes --requirement requirements/serve.txt

COPY pyproject.toml README.md LICENSE ./
COPY docs docs
COPY functions functions
RUN /opt/libraries/bin/python -m pip install --quiet --no-deps --no-build-isolation \
        --target /opt/expunge .

# The face detector, and the libraries that pages load into the browser.
ENV EXPUNGE_MODELS_DIR=/opt/models
RUN PYTHONPATH=/opt/expunge /opt/libraries/bin/python -m expunge models pull --quiet

# What no running server reads: OpenCV's FFmpeg with its old OpenSSL, debug information, headers, tools
# of the runtime, the installer.
COPY layers/strip.py layers/vision/cut.py layers/
RUN site=$(/opt/libraries/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))') \
    && python layers/cut.py "$site" \
    && python layers/strip.py "$site" \
    && rm -r "$site"/onnxruntime/capi/libonnxruntime.so.* "$site"/onnxruntime/datasets \
        "$site"/onnxruntime/quantization "$site"/onnxruntime/tools "$site"/onnxruntime/transformers \
    && /opt/libraries/bin/python -m pip uninstall --quiet --yes setuptools pip \
    && find "$site" -type d -name tests -prune -exec rm -r {} + \
    && find "$site" -type f \( -name '*.pyi' -o -name '*.h' -o -name '*.a' \) -delete \
    && mkdir /data


FROM python:3.13-slim-trixie

LABEL org.opencontainers.image.title="expunge" \
      org.opencontainers.image.description="Removes metadata, AI provenance, watermarks and faces from images" \
      org.opencontainers.image.licenses="Apache-2.0"

COPY --from=build /opt/libraries /opt/libraries
COPY --from=build /opt/models /opt/models
COPY --from=build /opt/expunge /opt/expunge
COPY --from=build --chown=10001:10001 --chmod=700 /data /data

# The root may be read-only: only the volume and /tmp are written.
ENV PATH=/opt/expunge/bin:/opt/libraries/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONPATH=/opt/expunge \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    EXPUNGE_DATA=/data \
    EXPUNGE_MODELS_DIR=/opt/models

# A number, so that Kubernetes can see that it is not root.
USER 10001:10001
WORKDIR /data
VOLUME ["/data"]
EXPOSE 8000

# Healthy: the server answers, and not with a fault of its own. The image has no curl.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --start-interval=2s --retries=3 \
    CMD ["python", "-c", "import http.client as h; c = h.HTTPConnection('127.0.0.1', 8000, timeout=4); c.request('GET', '/health'); raise SystemExit(c.getresponse().status >= 500)"]

ENTRYPOINT ["expunge"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
