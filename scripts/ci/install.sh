#!/usr/bin/env bash
# Gets the program for the action, and tells the next steps where it is (output `path`):
# the one that INPUT_BINARY names; else a release, which INPUT_VERSION or the tag of the action names, checked against its
# checksums; else it is built from the source that the action comes with.
set -euo pipefail
# shellcheck source=scripts/ci/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

work=${RUNNER_TEMP:?}/checkrail-program
mkdir -p "$work"
exe=checkrail
case $(uname -s) in MINGW* | MSYS* | CYGWIN*) exe=checkrail.exe ;; esac

finish() {
  local path=$1 version
  version=$("$path" --version) || die "$path does not run"
  say "$version ($path)"
  output path "$path"
  exit 0
}

# The name of this machine among the releases.
target() {
  local machine
  case $(uname -m) in
    x86_64 | amd64) machine=x86_64 ;;
    arm64 | aarch64) machine=aarch64 ;;
    *) return 1 ;;
  esac
  case $(uname -s) in
    Linux) echo "$machine-unknown-linux-gnu" ;;
    Darwin) echo "$machine-apple-darwin" ;;
    MINGW* | MSYS* | CYGWIN*) echo "$machine-pc-windows-msvc" ;;
    *) return 1 ;;
  esac
}

checksums() { if command -v sha256sum >/dev/null 2>&1; then sha256sum "$@"; else shasum -a 256 "$@"; fi; }

# Fetches a release; says why where it cannot.
download() {
  local tag=$1 name archive from
  name=$(target) || { say "there is no release for $(uname -s) on $(uname -m)" && return 1; }
  archive=checkrail-$tag-$name.tar.gz
  from=${GITHUB_SERVER_URL:-https://github.com}/${ACTION_REPOSITORY:?}/releases/download/$tag
  need curl
  say "fetching $archive"
  curl --fail --silent --show-error --location --retry 3 -o "$work/$archive" "$from/$archive" || return 1
  curl --fail --silent --show-error --location --retry 3 -o "$work/SHA256SUMS" "$from/SHA256SUMS" || return 1
  # Exactly the line of this file: a list without it checks nothing.
  grep -E "^[0-9a-f]{64} [ *]$archive\$" "$work/SHA256SUMS" >"$work/sum" || { say "$archive has no checksum" && return 1; }
  (cd "$work" && checksums -c sum >/dev/null) || die "$archive is not what its checksum says"
  tar -xzf "$work/$archive" -C "$work"
  finish "$work/checkrail-$tag-$name/$exe"
}

build() {
  local source=${ACTION_PATH:?}
  say "building from source; a release (input \`version\`) is faster"
  command -v cargo >/dev/null 2>&1 || die "no release to fetch, and no cargo to build with: give the input \`version\`"
  "$source/scripts/setup.sh"
  cargo build --release --locked --quiet --bin checkrail --manifest-path "$source/Cargo.toml" --target-dir "$work/target"
  finish "$work/target/release/$exe"
}

if [ -n "${INPUT_BINARY:-}" ]; then
  path=$(command -v "$INPUT_BINARY") || die "the input \`binary\` names $INPUT_BINARY, which is no program"
  finish "$path"
elif [ -n "${INPUT_VERSION:-}" ]; then
  tag=v${INPUT_VERSION#v}
  [[ $tag =~ ^v[0-9A-Za-z.+-]+$ ]] || die "the input \`version\` is no version: $INPUT_VERSION"
  download "$tag" || die "release $tag cannot be had from ${ACTION_REPOSITORY:-}"
elif [[ ${ACTION_REF:-} =~ ^v[0-9]+\.[0-9]+\.[0-9]+ ]]; then
  download "$ACTION_REF" || build
else
  build
fi
