#!/usr/bin/env bash
# Builds the image with buildah and runs it with podman as an operator would: read-only root, no
# capabilities, numeric user, one volume, feeds.toml mounted. Needs root on a Debian machine; base
# images that can't be pulled are stood in for by mmdebstrap. Not part of the quick suite.
set -euo pipefail
cd "$(dirname "$0")/../.."

storage=(--storage-driver vfs)
run=(podman "${storage[@]}" --runtime runc --cgroup-manager cgroupfs)
limits=(--network host --ulimit nofile=1024:1024 --ulimit nproc=1024:1024)
work=$(mktemp -d)
name=presswire-trial
trap '"${run[@]}" rm -f "$name" >/dev/null 2>&1 || true; rm -rf "$work"' EXIT

missing=()
for tool in buildah podman runc mmdebstrap curl; do command -v "$tool" >/dev/null || missing+=("$tool"); done
if [ ${#missing[@]} -gt 0 ]; then
    apt-get update -q
    apt-get install -qy --no-install-recommends "${missing[@]}"
fi

# Stand-ins for the two base images, where they are not there already.
have() { buildah "${storage[@]}" images -q "$1" >/dev/null 2>&1; }
stand_in() { # image, packages
    mmdebstrap --variant=minbase --include="$2" bookworm "$work/base.tar" >/dev/null
    "${run[@]}" import "$work/base.tar" "$1" >/dev/null
    rm "$work/base.tar"
}
have debian:bookworm-slim || stand_in debian:bookworm-slim ca-certificates
if ! have rust:1-slim-bookworm; then
    # The compiler of this machine serves for the one in the image.
    stand_in rust:1-slim-bookworm ca-certificates,gcc,libc6-dev
    toolchain=$(rustc --print sysroot)
    container=$(buildah "${storage[@]}" from --pull-never rust:1-slim-bookworm)
    buildah "${storage[@]}" copy -q "$container" "$toolchain" /usr/local/ >/dev/null
    buildah "${storage[@]}" commit -q "$container" rust:1-slim-bookworm >/dev/null
    buildah "${storage[@]}" rm "$container" >/dev/null
fi

# Where crates come through a mirror, its settings are lent to the build.
lend=()
[ -f "${CARGO_HOME:-$HOME/.cargo}/config.toml" ] && lend+=(--volume "${CARGO_HOME:-$HOME/.cargo}/config.toml:/root/.cargo/config.toml:ro")
buildah "${storage[@]}" bud --isolation chroot --format docker --pull-never --network host "${lend[@]}" -t "$name" .

mkdir -p "$work/store"
chown 65532:65532 "$work/store"
cat >"$work/feeds.toml" <<'TOML'
[wire]
title = "Container trial"
TOML
mkdir -p "$work/store/statements"
printf -- '---\ntitle: From the container\ndate: 2026-03-02\nlanguage: en\n---\nIt runs.\n' >"$work/store/statements/trial.md"
chown -R 65532:65532 "$work/store"

"${run[@]}" run -d --name "$name" --pull never "${limits[@]}" --read-only --cap-drop all \
    --security-opt no-new-privileges -e PRESSWIRE_LISTEN=127.0.0.1:18080 \
    -v "$work/feeds.toml:/srv/feeds.toml:ro" -v "$work/store:/srv/store" "$name" >/dev/null

for _ in $(seq 100); do
    curl -sf http://127.0.0.1:18080/readyz >/dev/null && break
    sleep 0.2
done
curl -sf http://127.0.0.1:18080/feed.atom | grep -q "From the container"
"${run[@]}" exec "$name" /presswire health
[ "$("${run[@]}" inspect -f '{{.Config.User}}' "$name")" = "65532:65532" ]
start=$(date +%s%N)
"${run[@]}" stop -t 10 "$name" >/dev/null
took=$((($(date +%s%N) - start) / 1000000))
code=$("${run[@]}" inspect -f '{{.State.ExitCode}}' "$name")
size=$("${run[@]}" images --format '{{.Size}}' "$name" | head -n 1)
echo "container: served, healthy, stopped in ${took} ms with exit code ${code}; image ${size}"
[ "$code" = 0 ]
