#!/usr/bin/env bash
# A cluster without containers: PostgreSQL from Debian, N silos and one evaluation node, all on loopback.
# Usage: eng/cluster.sh start [N] | stop | status        (N = 3)
#
# Silos answer on 5080, 5081, ..., the evaluation node on the port after the last. Data, logs and process ids are in artifacts/cluster (CLUSTER_HOME);
# PORT and POSTGRES_PORT (5433) move the ports. Settings of the environment (Orchestrator__...) go to every node. Stopped are only processes that
# were started here.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
home=${CLUSTER_HOME:-$PWD/artifacts/cluster}
port=${PORT:-5080}
database_port=${POSTGRES_PORT:-5433}
binary=src/Orchestrator.Silo/bin/Release/net10.0/Orchestrator.Silo.dll
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
# PostgreSQL refuses to run as root.
as_owner() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else "$@"; fi; }

# A process id is reused after a restart of the machine: only one that runs what was started is ours.
process() { head -1 "$1"; }
alive() { [ -s "$1" ] && grep -aqE "$2" "/proc/$(process "$1")/cmdline" 2>/dev/null; }

# A source or setting of the build that is newer than the binary; empty when there is none.
newer() {
  find src Directory.Build.props Directory.Packages.props global.json -type d \( -name bin -o -name obj \) -prune -o -type f -newer "$binary" -print -quit
}

start_database() {
  [ -n "$bin" ] || { echo "PostgreSQL is not installed (Debian: apt-get install postgresql)." >&2; exit 1; }
  local data=$home/postgres
  if ! [ -f "$data/PG_VERSION" ]; then
    mkdir -p "$data"
    [ "$(id -u)" != 0 ] || chown postgres "$data"
    as_owner "$bin/initdb" -D "$data" -U orchestrator --auth=trust --encoding=UTF8 --locale=C >"$home/initdb.log"
  fi
  if ! alive "$data/postmaster.pid" postgres; then
    (cd / && as_owner "$bin/pg_ctl" start -s -w -D "$data" -l "$data/log" \
      -o "-p $database_port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=300" >/dev/null)
  fi
  "$bin/psql" -qAt -h 127.0.0.1 -p "$database_port" -U orchestrator -d postgres -c "SELECT 1 FROM pg_database WHERE datname = 'orchestrator'" | grep -q 1 ||
    "$bin/createdb" -h 127.0.0.1 -p "$database_port" -U orchestrator orchestrator
}

start_node() { # name, port, more settings
  local name=$1 address=http://127.0.0.1:$2
  shift 2
  if ! alive "$home/$name.pid" Orchestrator.Silo; then
    ConnectionStrings__Orchestrator="Host=127.0.0.1;Port=$database_port;Database=orchestrator;Username=orchestrator" \
      setsid dotnet "$binary" --urls "$address" --Orchestrator:Storage=postgres "--Orchestrator:Data=$home/$name" "$@" >>"$home/$name.log" 2>&1 &
    echo $! >"$home/$name.pid"
  fi
  for _ in $(seq 300); do
    [ "$(ask "$address")" != 200 ] || { echo "$name answers on $address"; return; }
    alive "$home/$name.pid" Orchestrator.Silo || break
    sleep 0.2
  done
  echo "$name is not ready; the end of $home/$name.log:" >&2
  tail -5 "$home/$name.log" >&2
  exit 1
}

ask() { curl -s -m 2 -o /dev/null -w '%{http_code}' "$1/health/ready" || true; }

# SIGTERM drains a node: it ends what it has begun and leaves the cluster.
stop_node() { # pid file
  alive "$1" Orchestrator.Silo || { rm -f "$1"; return 0; }
  kill -s TERM "$(process "$1")"
  for _ in $(seq 300); do alive "$1" Orchestrator.Silo || break; sleep 0.1; done
  ! alive "$1" Orchestrator.Silo || { echo "$(basename "$1" .pid) ($(process "$1")) does not stop" >&2; return 1; }
  echo "$(basename "$1" .pid) stopped"
  rm -f "$1"
}

case ${1:-} in
  start)
    silos=${2:-3}
    mkdir -p "$home"
    if [ ! -f "$binary" ] || [ -n "$(newer)" ]; then dotnet build src/Orchestrator.Silo -c Release -v quiet; fi
    start_database
    for i in $(seq "$silos"); do start_node "silo-$i" $((port + i - 1)); done
    start_node evaluation $((port + silos)) --Orchestrator:Role=evaluation
    grep -h "First start" "$home"/silo-*.log || true
    ;;
  stop)
    shopt -s nullglob
    for node in "$home"/evaluation.pid "$home"/silo-*.pid; do stop_node "$node" & done
    wait
    if alive "$home/postgres/postmaster.pid" postgres; then
      (cd / && as_owner "$bin/pg_ctl" stop -s -w -m fast -D "$home/postgres")
      echo "postgres stopped"
    fi
    ;;
  status)
    shopt -s nullglob
    for file in "$home"/*.pid "$home/postgres/postmaster.pid"; do
      [ -f "$file" ] || continue
      name=$(basename "$file" .pid)
      alive "$file" 'Orchestrator.Silo|postgres' && state=running || state="not running"
      echo "${name/postmaster/postgres} $state (process $(process "$file"))"
    done
    ;;
  *)
    sed -n '2,7p' "$0" | sed 's/^# \{0,1\}//'
    exit 2
    ;;
esac
