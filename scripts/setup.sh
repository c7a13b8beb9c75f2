#!/usr/bin/env bash
# Installs what building checkrail needs and this machine lacks; silent when nothing is missing.
#
#   scripts/setup.sh        what the build needs: C compiler, make, libclang, git
#   scripts/setup.sh test   also PostgreSQL server binaries; no cluster is created and no service started
#
# Debian and Ubuntu: packages are installed with apt-get, as root or through sudo. Elsewhere the script only
# says what is missing. Exit status: 0 everything is there, 1 something is missing, 2 wrong usage.
set -euo pipefail
shopt -s nullglob

mode=${1:-build}
case $mode in
  build | test) ;;
  *)
    echo "usage: scripts/setup.sh [build|test]" >&2
    exit 2
    ;;
esac

say() { printf 'setup: %s\n' "$*" >&2; }

# --- What is there? ---------------------------------------------------------------------------------------

# A compiler alone is not enough: the C library's headers are a package of their own.
has_c_compiler() { "${CC:-cc}" -E -x c - <<<'#include <stdio.h>' >/dev/null 2>&1; }

first_exists() {
  local path
  for path in "$@"; do
    [ -e "$path" ] && return 0
  done
  return 1
}

# Looks where bindgen looks. The library is useless without the compiler's own headers (stddef.h and friends),
# which Debian packages separately.
has_libclang() {
  if [ -n "${LIBCLANG_PATH:-}" ]; then
    [ -f "$LIBCLANG_PATH" ] || first_exists "$LIBCLANG_PATH"/libclang{.so,-*.so,.so.*,-*.so.*,.dylib,.dll}
    return
  fi
  case $(uname -s) in
    Darwin)
      first_exists /Library/Developer/CommandLineTools/usr/lib/libclang.dylib \
        /Applications/Xcode.app/Contents/Developer/Toolchains/XcodeDefault.xctoolchain/usr/lib/libclang.dylib \
        /usr/local/opt/llvm*/lib/libclang.dylib /opt/homebrew/opt/llvm*/lib/libclang.dylib
      ;;
    Linux | *BSD)
      local lib
      lib=$(llvm-config --libdir 2>/dev/null || true)
      first_exists "${lib:-/nonexistent}"/libclang{,-[0-9]*}.so* \
        /usr/lib/llvm*/lib*/libclang{,-[0-9]*}.so* /usr/local/llvm*/lib*/libclang{,-[0-9]*}.so* \
        /usr/{,local/}lib{,64}/libclang{,-[0-9]*}.so* /usr/{,local/}lib{,64}/*/libclang{,-[0-9]*}.so* \
        && first_exists "${lib:-/nonexistent}"/clang/*/include/stddef.h /usr/lib/llvm*/lib*/clang/*/include/stddef.h \
          /usr/local/llvm*/lib*/clang/*/include/stddef.h /usr/{,local/}lib{,64}/clang/*/include/stddef.h
      ;;
    *) first_exists /c/Program\ Files*/LLVM/bin/libclang.dll /c/LLVM/bin/libclang.dll ;;
  esac
}

# A server of the system's packages, which come with the clients that some tests use. Others: scripts/servers.sh.
has_postgres() {
  if [ -n "${PG_BINDIR:-}" ]; then
    [ -x "$PG_BINDIR/initdb" ] && [ -x "$PG_BINDIR/postgres" ]
    return
  fi
  first_exists /usr/lib/postgresql/*/bin/initdb || { command -v initdb && command -v postgres; } >/dev/null 2>&1
}

packages=()
reasons=()
need() { # need REASON PACKAGE...
  reasons+=("$1")
  shift
  packages+=("$@")
}

if ! command -v cargo >/dev/null 2>&1 && [ ! -x "${CARGO_HOME:-$HOME/.cargo}/bin/cargo" ]; then
  say "cargo was not found: install Rust 1.95 or newer (rustup does it), then run this again"
  exit 1
fi
has_c_compiler || need "a C compiler and its headers: the PostgreSQL grammar is C" gcc libc6-dev
command -v make >/dev/null 2>&1 || need "make: the entry point for build, tests and checks" make
command -v git >/dev/null 2>&1 || need "git: migrations are read from revisions" git
has_libclang || need "libclang with its headers: the build generates bindings for the grammar" libclang-dev

server=false
if [ "$mode" = test ] && ! has_postgres; then
  if [ -n "${PG_BINDIR:-}" ]; then
    say "PG_BINDIR=$PG_BINDIR holds no initdb and postgres: correct it or unset it"
    exit 1
  fi
  server=true
fi

if [ ${#packages[@]} -eq 0 ] && ! $server; then
  exit 0
fi

# --- Install it -------------------------------------------------------------------------------------------

for reason in "${reasons[@]}"; do say "missing: $reason"; done
if $server; then say "missing: PostgreSQL server binaries: tests compare predictions with a real server"; fi

# Without a server the tests that want one skip themselves, out loud; only where it is required is that fatal.
server_unavailable() {
  if [ -n "${CI:-}${CHECKRAIL_REQUIRE_SERVER:-}" ]; then
    say "$1"
    exit 1
  fi
  say "$1; tests that need a server will be skipped"
}

if ! command -v apt-get >/dev/null 2>&1; then
  case $(uname -s) in
    Darwin) hint="xcode-select --install; for the tests: brew install postgresql" ;;
    MINGW* | MSYS* | CYGWIN*) hint="install the Visual Studio build tools, LLVM (set LIBCLANG_PATH), make and git" ;;
    *) hint="install the packages of your system that provide them (clang or llvm development files, postgresql server)" ;;
  esac
  say "this script can install packages on Debian and Ubuntu only; here: $hint"
  [ ${#packages[@]} -eq 0 ] || exit 1
  server_unavailable "no PostgreSQL server binaries"
  exit 0
fi

if [ "$(id -u)" = 0 ]; then
  as_root() { "$@"; }
elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
  as_root() { sudo "$@"; }
else
  if $server; then packages+=(postgresql); fi
  command="apt-get install --no-install-recommends ${packages[*]}"
  if $server && [ ${#packages[@]} -eq 1 ]; then
    server_unavailable "cannot install: not root and no sudo; ask an administrator to run: $command"
    exit 0
  fi
  say "cannot install: not root and no sudo; ask an administrator to run: $command"
  exit 1
fi

log=$(mktemp)
no_cluster=/etc/postgresql-common/createcluster.d/checkrail-setup.conf
clean_up() {
  rm -f "$log"
  if [ -e "$no_cluster" ]; then as_root rm -f "$no_cluster"; fi
}
trap clean_up EXIT

apt() { # apt VERB ARGUMENTS...
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=120 \
    "$@" >"$log" 2>&1 </dev/null || {
    say "apt-get $* failed:"
    tail -n 20 "$log" >&2
    return 1
  }
}

# An old package list names files that are gone; a failed refresh alone is no reason to give up.
as_root apt-get -qq update >"$log" 2>&1 || say "the package list could not be refreshed; trying with the one at hand"

if [ ${#packages[@]} -gt 0 ]; then
  say "installing ${packages[*]}"
  apt install --no-install-recommends "${packages[@]}" || exit 1
  has_c_compiler || { say "the C compiler still does not work: ${CC:-cc}" && exit 1; }
  has_libclang || { say "libclang is still not found; set LIBCLANG_PATH to the folder that holds it" && exit 1; }
fi

# The server package creates and starts a database cluster unless told otherwise by a setting that belongs to
# the package before it; so that one comes first, and the setting goes away again afterwards.
install_server() {
  local major
  major=$(apt-cache depends postgresql 2>/dev/null | sed -n 's/.*Depends: postgresql-\([0-9][0-9]*\)$/\1/p' | head -n 1)
  if [ -z "$major" ]; then
    say "apt-get offers no PostgreSQL server"
    return 1
  fi
  say "installing postgresql-$major (binaries only: no cluster, no running service)"
  apt install --no-install-recommends postgresql-common || return 1
  as_root mkdir -p "${no_cluster%/*}"
  as_root tee "$no_cluster" >/dev/null <<<'create_main_cluster = false'
  apt install --no-install-recommends "postgresql-$major" || return 1
}

if $server && { ! install_server || ! has_postgres; }; then
  server_unavailable "PostgreSQL server binaries could not be installed"
fi
say "ready"
