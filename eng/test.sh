#!/usr/bin/env bash
# Passes every test, installing what they need. Usage: eng/test.sh [options of dotnet test]
# Ends with one line "N passed, N failed" and fails when a test failed, none ran, or the build broke.
set -uo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# docker-compose checks docker-compose.yml (no engine is needed); Prometheus and Alertmanager are run by the tests of sources and dashboards, promtool by those of alert rules, PostgreSQL by
# those of storage and cluster, with their own configuration and data; spin, with a C compiler, checks the model of the lease; the fault kit
# cuts nodes off with ip and nft, and moves their clocks with gcc. Where there is
# no apt, the tests that need a program say so by failing. RUNLEVEL=1 keeps apt from starting services.
declare -A packages=([docker-compose]=docker-compose [prometheus]=prometheus [prometheus-alertmanager]=prometheus-alertmanager [node]=nodejs [npm]=npm
  [spin]=spin [gcc]=gcc [ip]=iproute2 [nft]=nftables)
missing=()
for program in "${!packages[@]}"; do
  command -v "$program" >/dev/null || missing+=("${packages[$program]}")
done
compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null || command -v initdb >/dev/null || missing+=(postgresql)
[ -e /usr/include/stdio.h ] || missing+=(libc6-dev)
if [ ${#missing[@]} -gt 0 ] && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  { apt-get update -qq && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >/dev/null 2>&1 || true
fi

# A provider of OpenID Connect, for the tests of tokens; OpenTelemetry's own exporter, for the test of OTLP; Azurite, for those of grain state in Azure; the OpenFeature clients, for those of OFREP; the sample in
# TypeScript, which has a test of its own.
for folder in tests/otlp-exporter tests/azurite tests/ofrep-conformance tests/oidc-provider samples/chat-ts; do
  [ "$folder/node_modules/.package-lock.json" -nt "$folder/package-lock.json" ] || npm ci --prefix "$folder" --no-audit --no-fund >/dev/null 2>&1 || true
done

log=$(mktemp)
trap 'rm -f "$log"' EXIT
dotnet build Orchestrator.sln -c Release -v quiet -p:WarningLevel=4 2>&1 | tee "$log" | grep -E "error|warning" | sort -u | head -50
if [ "${PIPESTATUS[0]}" != 0 ]; then
  echo "The build failed."
  echo "0 passed, 1 failed"
  exit 1
fi

# One project after the other: several start real processes, and a machine has few cores.
dotnet test --solution Orchestrator.sln -c Release --no-build --max-parallel-test-modules 1 "$@" 2>&1 | tee "$log"
status=${PIPESTATUS[0]}
passed=$(sed -n 's/^ *succeeded: *\([0-9]*\).*/\1/p' "$log" | tail -1)
failed=$(sed -n 's/^ *failed: *\([0-9]*\).*/\1/p' "$log" | tail -1)
# What failed stands last, where a reader of the end of a long log finds it: a test's name, and what it said.
grep -A 15 -E '^(failed|error|timeout|skipped) ' "$log" | grep -vE '(info|warn): Orchestrator' | head -200
echo "${passed:-0} passed, ${failed:-1} failed"
[ "$status" = 0 ] && [ "${passed:-0}" -gt 0 ] && [ "${failed:-1}" = 0 ]
