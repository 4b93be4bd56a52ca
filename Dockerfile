# Two stages: the program is built where a compiler is, and runs where nothing else is.
FROM rust:1-slim-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY Cargo.toml Cargo.lock ./
COPY src src
COPY benches benches
RUN cargo build --release --locked --bin presswire \
    && mkdir -p /root-of-image/srv/store/statements \
    && cp target/release/presswire /root-of-image/presswire

FROM debian:bookworm-slim
COPY --from=build --chown=65532:65532 /root-of-image/ /
ENV PRESSWIRE_LISTEN=0.0.0.0:8080 \
    PRESSWIRE_CONFIG=/srv/feeds.toml
WORKDIR /srv
USER 65532:65532
VOLUME /srv/store
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["/presswire", "health"]
ENTRYPOINT ["/presswire"]
CMD ["run"]
