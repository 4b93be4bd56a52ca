#!/usr/bin/env bash
# Builds the image with buildah and tries it with podman as an operator would run it: read-only root,
# no capabilities, numeric user, a volume for the store, feeds.toml mounted. Needs root on a Debian
# machine, nothing of it in the quick suite. Base images are never pulled: where they are not there
# already, mmdebstrap makes stand-ins under their names, the builder's with this machine's compiler.
#
#   tests/container/run.sh          builds, tries, says size and times, exits 1 where something is not so
#   PORT=18080 KEEP=1 …             another port than 8080; KEEP leaves image and stand-ins behind
set -euo pipefail
cd "$(dirname "$0")/../.."

port=${PORT:-8080}
url=http://127.0.0.1:$port
image=localhost/presswire-trial
name=presswire-trial-$$
work=$(mktemp -d)
store=(--storage-driver vfs)
podman=(podman "${store[@]}" --runtime runc --cgroup-manager cgroupfs)
made=()

say() { echo "container: $*"; }
fail() { say "FAILED: $*" >&2; "${podman[@]}" logs --tail 20 "$name" >&2 || true; exit 1; }
clean() {
    "${podman[@]}" rm -f "$name" >/dev/null 2>&1 || true
    "${podman[@]}" volume rm -f "$name" >/dev/null 2>&1 || true
    if [ -z "${KEEP:-}" ]; then
        "${podman[@]}" rmi -f "$image" "${made[@]}" >/dev/null 2>&1 || true
    fi
    rm -rf "$work"
}
trap clean EXIT

tools=()
for tool in buildah podman runc mmdebstrap curl; do
    command -v "$tool" >/dev/null || tools+=("$tool")
done
if [ ${#tools[@]} -gt 0 ]; then
    apt-get update -q
    apt-get install -qy --no-install-recommends "${tools[@]}"
fi

# Base images ------------------------------------------------------------------------------------

# A Debian with these packages, under this name.
stand_in() { # image, packages, what is lent to it
    "${podman[@]}" image exists "$1" && return
    say "a stand-in for $1"
    mmdebstrap --quiet --variant=minbase ${2:+--include="$2"} --dpkgopt='path-exclude=/usr/share/doc/*' \
        --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/man/*' \
        bookworm "$work/base"
    if [ -n "${3:-}" ]; then "$3" "$work/base"; fi
    tar -C "$work/base" -c . | "${podman[@]}" import --quiet - "$1" >/dev/null
    rm -rf "$work/base"
    made+=("$1")
}

# The compiler of this machine serves for the one in the image; documents stay behind.
lend_compiler() { # root
    local from
    from=$(rustc --print sysroot)
    mkdir -p "$1/usr/local"
    cp -a "$from/bin" "$from/lib" "$1/usr/local/"
    # Who may vouch for a registry on this machine may vouch for it in there.
    local roots=${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}
    mkdir -p "$1/etc/ssl/certs"
    cp "$roots" "$1/etc/ssl/certs/ca-certificates.crt"
}

builder=$(awk '$1 == "FROM" && $3 == "AS" { print $2 }' Dockerfile)
runner=$(awk '$1 == "FROM" && $3 == "" { print $2 }' Dockerfile)
stand_in "$builder" ca-certificates,gcc,libc6-dev lend_compiler
stand_in "$runner" ""

# Build ------------------------------------------------------------------------------------------

# Where this machine's cargo goes through a mirror, its settings are lent to the build.
lend=()
settings=${CARGO_HOME:-$HOME/.cargo}/config.toml
if [ -f "$settings" ]; then lend+=(--volume "$settings:/root/.cargo/config.toml:ro"); fi
began=$(date +%s)
buildah "${store[@]}" bud --isolation chroot --format docker --pull-never --network host \
    --quiet "${lend[@]}" --tag "$image" .
built=$(($(date +%s) - began))

# What the image says of itself ------------------------------------------------------------------

told() { "${podman[@]}" image inspect --format "$1" "$image"; }
[ "$(told '{{.Config.User}}')" = 65532:65532 ] || fail "the user is not numeric"
[ "$(told '{{.Config.Healthcheck.Test}}')" = "[CMD /presswire health]" ] || fail "no health check"
told '{{.Config.Env}}' | grep -q 'PRESSWIRE_LISTEN=0.0.0.0:8080' || fail "it does not listen"
told '{{.Config.Volumes}}' | grep -q /srv/store || fail "no volume for the store"
size=$(($(told '{{.Size}}') / 1000000))
"${podman[@]}" create --name "$name" --pull never "$image" >/dev/null
"${podman[@]}" cp "$name:/presswire" "$work/presswire"
"${podman[@]}" rm "$name" >/dev/null
program=$(($(stat -c %s "$work/presswire") / 1000000))

# Run it -----------------------------------------------------------------------------------------

printf '[wire]\ntitle = "Container trial"\n' >"$work/feeds.toml"
chmod 755 "$work"
"${podman[@]}" volume create "$name" >/dev/null

start() { # further arguments
    "${podman[@]}" run -d --name "$name" --pull never --network host --ulimit nofile=1024:1024 \
        --ulimit nproc=1024:1024 --read-only --read-only-tmpfs=false --cap-drop all \
        --security-opt no-new-privileges -e "PRESSWIRE_LISTEN=127.0.0.1:$port" \
        -v "$work/feeds.toml:/srv/feeds.toml:ro" -v "$name:/srv/store" "$image" >/dev/null
    began=$(date +%s%N)
    until curl -sf "$url/readyz" >/dev/null; do
        [ $(($(date +%s%N) - began)) -lt 20000000000 ] || fail "not ready within 20 s"
        sleep 0.05
    done
    ready_ms=$((($(date +%s%N) - began) / 1000000))
}
stop() {
    began=$(date +%s%N)
    "${podman[@]}" stop -t 10 "$name" >/dev/null
    stopped_ms=$((($(date +%s%N) - began) / 1000000))
    local code
    code=$("${podman[@]}" inspect --format '{{.State.ExitCode}}' "$name")
    [ "$code" = 0 ] || fail "stopped with exit code $code"
    [ "$stopped_ms" -lt 8000 ] || fail "took $stopped_ms ms to stop"
    "${podman[@]}" rm "$name" >/dev/null
}

start
"${podman[@]}" exec "$name" /presswire health >/dev/null || fail "not healthy from within"
"${podman[@]}" healthcheck run "$name" >/dev/null || fail "the image's own health check fails"
folder=$("${podman[@]}" volume inspect --format '{{.Mountpoint}}' "$name")
printf -- '---\ntitle: From the container\ndate: 2026-03-02\nlanguage: en\n---\nIt runs.\n' \
    >"$folder/statements/trial.md"
for _ in $(seq 60); do
    if curl -sf "$url/feed.atom" | grep -q "From the container"; then served=yes; break; fi
    sleep 0.05
done
[ "${served:-}" = yes ] || fail "a statement was not served within 3 s"
process=$("${podman[@]}" inspect --format '{{.State.Pid}}' "$name")
uid=$(awk '$1 == "Uid:" { print $2 }' "/proc/$process/status")
capabilities=$(awk '$1 == "CapEff:" { print $2 }' "/proc/$process/status")
memory=$(awk '$1 == "VmRSS:" { print int($2 / 1000) }' "/proc/$process/status")
[ "$uid" = 65532 ] || fail "it runs as user $uid"
[ "$capabilities" = 0000000000000000 ] || fail "it has capabilities $capabilities"
printf '[wire]\ntitle = "Another title"\n' >"$work/feeds.toml"
for _ in $(seq 60); do
    if curl -sf "$url/feed.atom" | grep -q "Another title"; then reloaded=yes; break; fi
    sleep 0.05
done
[ "${reloaded:-}" = yes ] || fail "feeds.toml written in place was not taken within 3 s"
before=$(curl -sf "$url/feed.atom" | sha256sum)
stop
first="ready after $ready_ms ms, stopped in $stopped_ms ms"

# The volume outlives the container.
start
[ "$(curl -sf "$url/feed.atom" | sha256sum)" = "$before" ] || fail "other bytes after a restart"
stop

say "image $size MB (program $program MB), built in $built s"
say "user $uid, no capabilities, read-only root, $memory MB resident; $first; again: $ready_ms ms, $stopped_ms ms, the same bytes"
