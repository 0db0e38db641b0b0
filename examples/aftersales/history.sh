#!/bin/sh
# Copies the example into a repository of its own, in whose history the first documents are of the day of the start.
#
#   examples/aftersales/history.sh FOLDER
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:?name a folder that is not there yet}
mkdir "$folder"
cp -R "$here/." "$folder"
cd "$folder"
commit() {
    GIT_AUTHOR_DATE=$2 GIT_COMMITTER_DATE=$2 git -c user.name="$1" -c user.email="$1@example.com" \
        -c commit.gpgsign=false commit --quiet --message "$3"
}
git init --quiet
git add docs/requirements.md docs/design.md docs/user-manual.md quality/documents.yml
commit p-05 2026-01-05T10:00:00Z "The documents that are due at the start"
git add .
commit p-01 2027-01-14T10:00:00Z "The records of the first year"
