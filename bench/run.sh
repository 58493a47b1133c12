#!/usr/bin/env bash
# Builds Release, measures, prints and writes bench/REPORT.md.
#   bench/run.sh                                          everything
#   bench/run.sh route|client|simulate|start|ofrep|rollouts ...  only these sections
# Ends with 1 when a promise was not kept. Loopback only; every load is bounded in time and count.
set -euo pipefail
cd "$(dirname "$0")/.."
for tool in dotnet taskset wrk; do
  command -v "$tool" > /dev/null || { echo "bench/run.sh needs $tool (Debian: apt-get install wrk util-linux)." >&2; exit 2; }
done
for project in src/Orchestrator.Silo bench/OfrepBaseline bench/Orchestrator.Benchmarks; do
  dotnet build "$project" -c Release -v quiet --nologo
done
exec dotnet exec bench/Orchestrator.Benchmarks/bin/Release/net10.0/Orchestrator.Benchmarks.dll "$@"
