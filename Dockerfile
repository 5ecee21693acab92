# syntax=docker/dockerfile:1
# Two stages: the first installs and prepares the model, the second only runs.

FROM python:3.11-slim-bookworm AS build
WORKDIR /srv/synergies
RUN python -m venv /srv/venv
ENV PATH=/srv/venv/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

# What changes least comes first, so that a change of ours does not install torch again.
# For an image without CUDA libraries: --build-arg TORCH_OPTIONS="--index-url ADDRESS", the address
# being the index of CPU builds that PyTorch's own installation page gives.
ARG TORCH_OPTIONS=""
COPY pyproject.toml constraints.txt README.md ./
# hadolint ignore=SC2086
RUN pip install $TORCH_OPTIONS --constraint constraints.txt torch==2.13.0
COPY api api
COPY data data
COPY matcher matcher
COPY models models
RUN pip install --constraint constraints.txt '.[postgres]' \
    && python -m models.prepare /srv/models

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --create-home --home-dir /srv/home synergies \
    && install --directory --owner synergies /srv/var
COPY --from=build /srv/venv /srv/venv
COPY --from=build /srv/models /srv/models
COPY data/fixtures /srv/fixtures
ENV PATH=/srv/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    SYNERGIES_AUTH=on \
    SYNERGIES_DATABASE_URL=sqlite:////srv/var/synergies.db \
    SYNERGIES_MODEL_DIR=/srv/models
# By number, so that a host can check that it is not root without reading the image.
USER 10001
WORKDIR /srv/home
VOLUME /srv/var
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health/live', timeout=4)"]
CMD ["synergies", "serve", "--host", "0.0.0.0", "--port", "8000"]
