#!/bin/sh
# A real S3-compatible server for the contract suite of `objects`: versitygw (Apache-2.0) over a POSIX folder, built from
# the Go module proxy into the cache; where Go is absent or the build fails, moto from PyPI. Running it again is free.
# It installs only: test/contract/objects-s3.test.ts starts the server when CASEBOOK_SECOND_LANE=1.
set -eu

VERSITYGW_VERSION=v1.8.0
MOTO_VERSION=5.1.11
cache="${XDG_CACHE_HOME:-$HOME/.cache}/casebook"
mkdir -p "$cache/bin"

binary="$cache/bin/versitygw-$VERSITYGW_VERSION"
if [ -x "$binary" ]; then
  echo "s3: versitygw $VERSITYGW_VERSION is in $cache"
  exit 0
fi

if command -v go >/dev/null 2>&1; then
  staging="$(mktemp -d "$cache/bin/.building.XXXXXX")"
  trap 'rm -rf "$staging"' EXIT
  if CGO_ENABLED=0 GOBIN="$staging" GOFLAGS=-trimpath go install "github.com/versity/versitygw/cmd/versitygw@$VERSITYGW_VERSION"; then
    mv "$staging/versitygw" "$binary"
    echo "s3: built versitygw $VERSITYGW_VERSION into $cache"
    exit 0
  fi
  echo "s3: versitygw did not build; falling back to moto" >&2
fi

venv="$cache/moto-$MOTO_VERSION"
if [ ! -x "$venv/bin/moto_server" ]; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet "moto[server,s3]==$MOTO_VERSION"
fi
echo "s3: moto $MOTO_VERSION is in $cache"
