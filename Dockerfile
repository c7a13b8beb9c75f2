# syntax=docker/dockerfile:1
# The program, git (for --since) and a shell (for pipelines), as a user without rights:
#   docker build -t checkrail .
#   docker run --rm -v "$PWD:/work" checkrail review migrations --since main

FROM rust:1.95-slim-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends gcc libc6-dev make libclang-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY Cargo.toml Cargo.lock ./
COPY src src
COPY benches benches
COPY policies policies
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/build/target \
    cargo build --release --locked --bin checkrail && cp target/release/checkrail /checkrail

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends git ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && git config --system --add safe.directory '*' \
    && useradd --uid 10001 --create-home --shell /usr/sbin/nologin checkrail
COPY --from=build /checkrail /usr/local/bin/checkrail
USER 10001
WORKDIR /work
ENTRYPOINT ["checkrail"]
CMD ["--help"]
