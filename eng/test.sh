#!/usr/bin/env bash
# Passes every test, installing what they need. Usage: eng/test.sh [options of dotnet test]
# Ends with one line "N passed, N failed" and fails when a test failed, none ran, or the build broke.
set -uo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

eng/setup.sh

if ! order=$(eng/format.sh --check 2>&1); then
  echo "$order" | head -50
  echo "The sources are not in order: run eng/format.sh."
  echo "0 passed, 1 failed"
  exit 1
fi

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
