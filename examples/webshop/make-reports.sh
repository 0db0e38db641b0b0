#!/usr/bin/env bash
# Runs the three suites of a release, with the pinned tools, and writes releases/RELEASE/reports/*.xml.
#
#   ./make-reports.sh 1.4.0
#   ./make-reports.sh 1.5.0
#
# The source tree is that of 1.4.0; releases/1.5.0/changes.patch makes it 1.5.0. Needs bash, python3 (3.11 or newer),
# node (20 or newer) and patch. The reports are what the tools wrote; only the name of the machine is taken out.
set -euo pipefail

release=${1:?which release: 1.4.0 or 1.5.0}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
reports=$here/releases/$release/reports
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cd "$here"
cp -r shop web unit integration regression package.json package-lock.json requirements.txt "$work"
cd "$work"
if [ -f "$here/releases/$release/changes.patch" ]; then patch -p1 <"$here/releases/$release/changes.patch"; fi
npm ci --no-audit --no-fund
python3 -m venv .venv
.venv/bin/pip install --quiet -r requirements.txt
export PYTHON=$work/.venv/bin/python PYTHONDONTWRITEBYTECODE=1 NO_COLOR=1 TZ=UTC

# A failing test is a result, not a reason to stop: whether it blocks is for the gate to say.
mkdir -p "$reports"
"$PYTHON" -m pytest -c /dev/null --rootdir . -p no:cacheprovider --tb=short --junit-xml="$reports/unit.xml" unit || true
node_modules/.bin/vitest run --dir integration --reporter=default --reporter=junit --outputFile.junit="$reports/integration.xml" || true
node_modules/bats/bin/bats --report-formatter junit --output "$work" regression || true
mv report.xml "$reports/regression.xml"
sed -i.bak -E 's/ hostname="[^"]*"//' "$reports"/*.xml
rm -f "$reports"/*.bak
