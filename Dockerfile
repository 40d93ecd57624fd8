# docker build -t dedupe . && docker run --rm --read-only --tmpfs /tmp -v "$PWD/pages:/corpus:ro" dedupe check --no-cache .
# The image compiles the kernels once; what runs has no compiler, is no root, and writes nothing but what it is given.
FROM python:3.12-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
COPY . /source
RUN python -m venv /opt/dedupe && DEDUPE_BUILD=required /opt/dedupe/bin/pip install --no-cache-dir "/source[all]"

FROM python:3.12-slim
COPY --from=build /opt/dedupe /opt/dedupe
RUN useradd --uid 1000 --no-create-home --shell /usr/sbin/nologin dedupe && mkdir /corpus
ENV PATH=/opt/dedupe/bin:$PATH PYTHONDONTWRITEBYTECODE=1
USER 1000
WORKDIR /corpus
ENTRYPOINT ["dedupe"]
CMD ["--help"]
