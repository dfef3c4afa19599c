# One image that launches runs on Dataflow and works in them: README.md, "On Dataflow".
#
# Dataflow starts it with Beam's boot program. For anything else name another entry point:
#     docker run --rm --entrypoint roots IMAGE --help

FROM python:3.11-slim-bookworm AS build
# fasttext, kenlm and pycld2 are compiled. The compiler stays behind in this stage.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends build-essential \
    && rm -rf /var/lib/apt/lists/*
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
WORKDIR /roots
COPY requirements.txt requirements-gcp.txt ./
RUN pip install --no-cache-dir --disable-pip-version-check -r requirements-gcp.txt
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY lang_params lang_params
COPY filters filters
COPY catalog catalog
COPY pipelines pipelines
COPY roots roots
RUN pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation -e . \
    && pip check

FROM python:3.11-slim-bookworm
COPY --from=apache/beam_python3.11_sdk:2.77.0 /opt/apache/beam /opt/apache/beam
COPY --from=build /opt/venv /opt/venv
# The sources of the demo are in it too, at one place for the launcher and for the workers.
COPY --from=build /roots /roots
WORKDIR /roots
# Beam's boot program would make a virtual environment of its own, in which nothing of /opt/venv is seen. Beam names jobs
# after the user, who has no name in here when the image is started with --user.
ENV LOGNAME=roots \
    PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    RUN_PYTHON_SDK_IN_DEFAULT_ENVIRONMENT=1
# No user is set: Dataflow mounts a folder of root's into its workers, and boot writes there. Launch with --user.
ENTRYPOINT ["/opt/apache/beam/boot"]
