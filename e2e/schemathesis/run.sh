#!/usr/bin/env bash
# Has schemathesis make up requests from /openapi.json: none may provoke a 5xx. What answers 501 by design is left out.
# The requests are the same on every run; SEED and EXAMPLES make others, and more of them.
set -euo pipefail
cd "$(dirname "$0")"
venv="${XDG_CACHE_HOME:-$HOME/.cache}/media-manager/schemathesis"
if ! "$venv/bin/schemathesis" --version >/dev/null 2>&1; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check schemathesis==4.32.5
fi

data=$(mktemp -d)
"$MEDIA_MANAGER_BIN" serve --data-dir "$data" --listen 127.0.0.1:0 --ops-listen 127.0.0.1:0 --rate-limit off --log-level error >"$data/out" &
server=$!
trap 'kill $server; wait $server || true; rm -rf "$data"' EXIT
for _ in $(seq 100); do
    grep -q 'Three commands' "$data/out" && break
    sleep 0.1
done
url=$(awk '/address/ {print $2}' "$data/out")
key=$(awk '/api key/ {print $3}' "$data/out")

# Revoking keys is left out, as it would hit the key that the requests are made with.
# Other output than the summary is for people who look into a failure.
cd "$data"
"$venv/bin/schemathesis" run "$url/openapi.json" --header "Authorization: $key" --checks not_a_server_error \
    --exclude-path-regex '^/(wix-privatemedia|_api)|import|\{transformation\}|keys/\{keyId\}' \
    --max-examples "${EXAMPLES:-15}" --seed "${SEED:-20261121}" --workers 1 --no-color >report 2>&1 || { cat report; exit 1; }
grep -A 30 'SUMMARY' report | grep -E 'Tested|generated'
