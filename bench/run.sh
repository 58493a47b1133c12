#!/usr/bin/env bash
# Builds Release, measures, prints and writes bench/REPORT.md.
#   bench/run.sh                                          everything
#   bench/run.sh route|segment|client|simulate|signals|start|ofrep|peers|members|steady|streams|propagation|rollouts|dashboard|verify|history|retrospective|hostile|fuzz|soak ...
#                                                         only these sections
#   bench/run.sh fuzz [seed ...]                          24,000 whole requests for each seed
#   bench/run.sh soak [seconds]                           misuse by every role at once (1,800 s); only by name
#   bench/run.sh history [events]                         a long log (1,000,000 events, at most 10,000,000); only by name
#   BENCH_SHORT=1 bench/run.sh peers                      a short try, which leaves the report as it is
# Ends with 1 when a promise was not kept. Loopback only; every load is bounded in time and count.
set -euo pipefail
cd "$(dirname "$0")/.."
for tool in dotnet taskset wrk; do
  command -v "$tool" > /dev/null || { echo "bench/run.sh needs $tool (Debian: apt-get install wrk util-linux)." >&2; exit 2; }
done
for project in src/Orchestrator.Silo bench/OfrepBaseline bench/Orchestrator.Benchmarks; do
  dotnet build "$project" -c Release -v quiet --nologo
done
if [ $# = 0 ] || [[ " $* " == *" peers "* ]]; then
  # What the silo is compared with. Their packages have no scripts to run.
  [ -d bench/peers/node_modules ] || npm ci --prefix bench/peers --ignore-scripts --no-audit --no-fund --loglevel=error
fi
exec dotnet exec bench/Orchestrator.Benchmarks/bin/Release/net10.0/Orchestrator.Benchmarks.dll "$@"
