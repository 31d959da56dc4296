#!/usr/bin/env bash
# Installs mlgate from its own checkout into an environment of its own, apart from the project's Python.
# Reads MLGATE_SOURCE (the checkout), MLGATE_EXTRAS (words), MLGATE_REQUIREMENTS (a file, or nothing) and RUNNER_TEMP.
set -euo pipefail

python=$(command -v python3 || command -v python) || { echo "mlgate: no python3 on this runner" >&2; exit 4; }
here=$PWD
home="$RUNNER_TEMP/mlgate"
mkdir -p "$home"
cd "$MLGATE_SOURCE"

if uv=$(command -v uv); then :; else
  "$python" -I -m venv "$home/uv"
  tools="$home/uv/bin"; [ -d "$tools" ] || tools="$home/uv/Scripts"
  "$tools/python" -I -m pip install --quiet --disable-pip-version-check --require-hashes -r action/uv.txt
  uv="$tools/uv"
fi

# What the project sets for its own Python is not for this one.
unset VIRTUAL_ENV PYTHONPATH PYTHONHOME UV_PROJECT UV_WORKING_DIRECTORY UV_FROZEN
export UV_CACHE_DIR="$home/cache" UV_LINK_MODE=copy UV_PYTHON="$python" UV_PYTHON_DOWNLOADS=never
extras=()
for extra in ${MLGATE_EXTRAS:-}; do extras+=(--extra "$extra"); done
UV_PROJECT_ENVIRONMENT="$home/venv" UV_COMPILE_BYTECODE=1 \
  "$uv" sync --quiet --locked --no-editable --no-default-groups ${extras[@]+"${extras[@]}"}
bin="$home/venv/bin"; [ -d "$bin" ] || bin="$home/venv/Scripts"

if [ -n "${MLGATE_REQUIREMENTS:-}" ]; then
  # Beside mlgate, and never in place of what it is locked to.
  "$uv" export --quiet --locked --all-extras --no-default-groups --no-hashes --no-emit-project \
    --output-file "$home/constraints.txt"
  cd "$here"
  UV_PYTHON="$home/venv" "$uv" pip install --quiet --constraint "$home/constraints.txt" \
    --requirement "$MLGATE_REQUIREMENTS"
fi

# -I: nothing in the workspace, PYTHONPATH or the user's site may pose as a module of ours.
printf '#!/usr/bin/env bash\nexec "%s/python" -I -m mlgate "$@"\n' "$bin" >"$home/mlgate.sh"
bash "$home/mlgate.sh" --version
