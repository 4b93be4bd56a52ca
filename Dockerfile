# Two stages: the program is built where a compiler is, and runs where nothing else is.
FROM rust:1-slim-bookworm AS build
WORKDIR /build
COPY Cargo.toml Cargo.lock ./
COPY src src
# Cargo.toml names them; cargo refuses to build anything without.
COPY benches benches
RUN cargo build --release --locked --bin presswire \
    && mkdir -p /root-of-image/srv/store/statements

FROM debian:bookworm-slim
COPY --from=build /build/target/release/presswire /presswire
# A volume made of this folder belongs to the user whom the daemon runs as.
COPY --from=build --chown=65532:65532 /root-of-image/srv /srv
# Every thread would keep a heap of its own, each as large as its largest page was: two are as fast,
# at less than half the memory.
ENV PRESSWIRE_LISTEN=0.0.0.0:8080 \
    PRESSWIRE_CONFIG=/srv/feeds.toml \
    MALLOC_ARENA_MAX=2
WORKDIR /srv
USER 65532:65532
VOLUME /srv/store
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["/presswire", "health"]
ENTRYPOINT ["/presswire"]
CMD ["run"]
