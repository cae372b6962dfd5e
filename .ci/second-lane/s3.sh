#!/bin/sh
# Servers for the contract suite of `objects`, into the cache; running it again is free.
# versitygw (Apache-2.0, from the Go module proxy) is a real S3 server over a folder: signatures, conditional writes, parts.
# moto (Apache-2.0, from PyPI) knows what a folder cannot: any key, keys that are prefixes of others.
# It installs only: test/contract/objects-s3.test.ts starts what is there when CASEBOOK_SECOND_LANE=1.
set -eu

VERSITYGW_VERSION=v1.8.0
MOTO_VERSION=5.2.5
cache="${XDG_CACHE_HOME:-$HOME/.cache}/casebook"
mkdir -p "$cache/bin"

versitygw() {
  binary="$cache/bin/versitygw-$VERSITYGW_VERSION"
  [ -x "$binary" ] && return 0
  command -v go >/dev/null 2>&1 || return 1
  staging="$(mktemp -d "$cache/bin/.building.XXXXXX")"
  module="github.com/versity/versitygw/cmd/versitygw@$VERSITYGW_VERSION"
  if CGO_ENABLED=0 GOBIN="$staging" GOFLAGS=-trimpath go install "$module" && mv "$staging/versitygw" "$binary"; then
    rm -rf "$staging"
    return 0
  fi
  rm -rf "$staging"
  return 1
}

moto() {
  venv="$cache/moto-$MOTO_VERSION"
  [ -e "$venv/installed" ] && return 0
  command -v python3 >/dev/null 2>&1 || return 1
  rm -rf "$venv"
  python3 -m venv "$venv" && "$venv/bin/pip" install --quiet "moto[server,s3]==$MOTO_VERSION" && touch "$venv/installed"
}

found=0
for server in versitygw moto; do
  if "$server"; then
    echo "s3: $server is in $cache"
    found=1
  else
    echo "s3: $server could not be installed" >&2
  fi
done
[ "$found" = 1 ]
