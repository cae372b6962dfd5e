#!/usr/bin/env bash
# versitygw, a real S3 server over a folder (Apache-2.0), built from the Go module proxy into the cache. Where Go is absent or
# the build fails, the suite of `objects` has moto beside its emulator, and says that it skipped this one.
set -euo pipefail

version=v1.8.0
home="${XDG_CACHE_HOME:-$HOME/.cache}/casebook/versitygw"
if [ "$(cat "$home/.installed" 2>/dev/null)" = "$version" ]; then exit 0; fi

rm -rf "$home"
mkdir -p "$home"
if CGO_ENABLED=0 GOBIN="$home" GOFLAGS=-trimpath go install "github.com/versity/versitygw/cmd/versitygw@$version"; then
  echo "$version" >"$home/.installed"
else
  echo "versitygw $version could not be built: objects are tested on moto alone" >&2
fi
