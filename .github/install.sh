#!/usr/bin/env bash
# Installs qualitygate for the action into an environment of its own: the code beside this file, or a version from PyPI.
set -euo pipefail

venv="$RUNNER_TEMP/qualitygate-venv"
source="$(cd "$(dirname "$0")/.." && pwd)"
wanted="$source[github]"
if [ -n "${VERSION:-}" ]; then
  case "$VERSION" in
    *[!0-9A-Za-z.]*) echo "::error title=qualitygate::the input version cannot be ${VERSION//[^0-9A-Za-z.]/?}" && exit 2 ;;
  esac
  wanted="qualitygate-ci[github]==$VERSION"
fi

installed() {  # the environment's Python, which has another place on Windows
  if [ -d "$venv/Scripts" ]; then echo "$venv/Scripts/python.exe"; else echo "$venv/bin/python"; fi
}

if command -v uv > /dev/null; then
  uv venv --quiet --allow-existing --python '>=3.11' "$venv"
  uv pip install --quiet --python "$venv" "$wanted"
else
  python="$(command -v python3 || command -v python)"
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "::error title=qualitygate::Python 3.11 or newer is needed; add actions/setup-python before this step"
    exit 2
  }
  "$python" -m venv "$venv"
  "$(installed)" -m pip install --quiet --disable-pip-version-check "$wanted"
fi
echo "python=$(installed)" >> "$GITHUB_OUTPUT"
