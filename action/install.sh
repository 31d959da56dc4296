#!/usr/bin/env bash
# Installs mlgate from its own checkout into an environment of its own, apart from the project's Python.
# Reads MLGATE_SOURCE (the checkout), MLGATE_HOME (where to install) and MLGATE_EXTRAS (words).
set -euo pipefail

python=$(command -v python3 || command -v python) || { echo "mlgate: no python3 on this runner" >&2; exit 4; }
mkdir -p "$MLGATE_HOME"
cd "$MLGATE_SOURCE"

if uv=$(command -v uv); then :; else
  "$python" -m venv "$MLGATE_HOME/uv"
  tools="$MLGATE_HOME/uv/bin"; [ -d "$tools" ] || tools="$MLGATE_HOME/uv/Scripts"
  "$tools/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r action/uv.txt
  uv="$tools/uv"
fi

extras=()
for extra in ${MLGATE_EXTRAS:-}; do extras+=(--extra "$extra"); done
UV_PROJECT_ENVIRONMENT="$MLGATE_HOME/venv" UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON="$python" \
  UV_PYTHON_DOWNLOADS=never "$uv" sync --quiet --locked --no-editable --no-default-groups ${extras[@]+"${extras[@]}"}

bin="$MLGATE_HOME/venv/bin"; [ -d "$bin" ] || bin="$MLGATE_HOME/venv/Scripts"
# -I: nothing in the workspace, PYTHONPATH or the user's site may pose as a module of ours.
printf '#!/usr/bin/env bash\nexec "%s/python" -I -m mlgate "$@"\n' "$bin" >"$MLGATE_HOME/mlgate.sh"
bash "$MLGATE_HOME/mlgate.sh" --version
