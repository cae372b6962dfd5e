#!/usr/bin/env bash
# moto server, from PyPI, in a virtual environment in the cache. Needs Python 3 with venv.
set -euo pipefail

version=5.2.5
home="${XDG_CACHE_HOME:-$HOME/.cache}/casebook/moto"
if [ "$(cat "$home/.installed" 2>/dev/null)" = "$version" ]; then exit 0; fi

rm -rf "$home"
python3 -m venv "$home"
"$home/bin/pip" install --quiet --disable-pip-version-check "moto[server]==$version"
echo "$version" >"$home/.installed"
