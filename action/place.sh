#!/usr/bin/env bash
# Makes a folder for the report of this use of the action, and a name for what is kept between runs.
# Reads MLGATE_SOURCE (the checkout), MLGATE_EXTRAS (words), and RUNNER_TEMP, RUNNER_OS, RUNNER_ARCH, GITHUB_OUTPUT.
set -euo pipefail

home="$RUNNER_TEMP/mlgate"
mkdir -p "$home"
folder=$(mktemp -d "$home/report-XXXXXX")
python=$(command -v python3 || command -v python) || { echo "mlgate: no python3 on this runner" >&2; exit 4; }
# Python's own line end would be two characters on Windows, and stay in the name.
hash='import hashlib, sys; sys.stdout.write(hashlib.sha256(sys.stdin.buffer.read()).hexdigest()[:16])'
versions=$({ "$python" -I --version; cat "$MLGATE_SOURCE/uv.lock"; echo "${MLGATE_EXTRAS:-}"; } | "$python" -I -c "$hash")
echo "folder=$folder" >>"$GITHUB_OUTPUT"
echo "key=mlgate-${RUNNER_OS:-any}-${RUNNER_ARCH:-any}-$versions" >>"$GITHUB_OUTPUT"
