#!/usr/bin/env bash
# Checks the model of the lease with spin. Usage: check.sh           every check, one line each; fails when one has not the expected outcome
#                                                 check.sh MISTAKE   how the model with that mistake (or REACH=n) gets there, step by step
# Needs spin and a C compiler (Debian: spin gcc libc6-dev). About 40 s on one core.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
for program in spin gcc; do
  command -v "$program" >/dev/null || { echo "FAILED  $program is not installed (Debian: apt-get install spin gcc libc6-dev)"; exit 2; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cp "$here/lease.pml" .

copy() { # of the model: the switch that makes it
  case "$1" in
    "") switches=() ;;
    REACH=*) switches=(-D"$1") ;;
    *) switches=(-D"$1" -DMISTAKE) ;;
  esac
}

# Searches everything, breadth first, so that a counterexample is a shortest one. Prints what was violated, "nothing", or "incomplete".
search() {
  rm -f pan* _spin_nvr.tmp ./*.trail
  if ! { spin "${switches[@]}" -a lease.pml && gcc -O1 -w -DSAFETY -DBFS -o pan pan.c && ./pan; } >out 2>&1; then tail -3 out; return; fi
  states=$(sed -n 's/^ *\([0-9]*\) states, stored.*/\1/p' out)
  if grep -q "max search depth too small\|out of memory\|Search not completed" out && ! grep -q "assertion violated" out; then echo incomplete
  elif grep -q "assertion violated" out; then sed -n 's/.*assertion violated \(.*\) (at depth.*/\1/p' out | head -1 | tr -d ' '
  elif grep -q "errors: 0" out && [ "${states:-0}" -gt 0 ]; then echo nothing
  else tail -3 out; fi
}

if [ $# -gt 0 ]; then
  copy "$1"
  search | sed 's/^/violated: /'
  spin "${switches[@]}" -t -B lease.pml | grep -v "^spin:\|^#processes" | sed -n 's/  */ /g; s/ ,/,/; s/ *$//; s/^ \([a-zA-Z].*\)/  \1/p'
  exit 0
fi

checks=0 failures=0
expect() { # outcome, switch, sentence
  local outcome
  copy "$2"
  outcome=$(search)
  checks=$((checks + 1))
  if [ "$outcome" = "$1" ]; then echo "ok      $3"
  else failures=$((failures + 1)); echo "FAILED  $3: expected '$1', violated: '$outcome'"; fi
}

bound="(since<=(4+(2*1)))" guarantee="!(guaranteed)"
expect nothing      ""                 "the design: no new later than lease + 1 s, none after the guarantee"
expect "(1!=1)"     REACH=1            "reached: a fresh node answers new before the rollback"
expect "(2!=2)"     REACH=2            "reached: a cut off node with a slow clock answers new until lease + 0.5 s"
expect "(3!=3)"     REACH=3            "reached: a client answers new before the rollback"
expect "(4!=4)"     REACH=4            "reached: a client answers new at the bound itself, so the margin is not idle"
expect "(5!=5)"     REACH=5            "reached: a node is fresh again with the table after the rollback"
expect "(6!=6)"     REACH=6            "reached: a node that never heard of the rollback refuses by age"
expect "(7!=7)"     REACH=7            "reached: the guarantee is recorded while a node still holds the table with new"
expect "$bound"     FROM_GRANT         "found: expiry of a client counted from the grant, not what is left of the node's lease"
expect "$bound"     NODE_FROM_RECEIPT  "found: freshness of a node counted from the receipt of the head"
expect "$bound"     CLIENT_FROM_RECEIPT "found: lease of a client counted from the receipt of the grant"
expect "$guarantee" NO_MARGIN          "found: no margin for a slow clock"
expect "$guarantee" ACKS_ALONE         "found: acknowledgements of all nodes alone as completion"
expect "$guarantee" ACKS_OF_MEMBERS    "found: acknowledgements of all but silent nodes as completion"
expect "$bound"     NO_RECHECK         "found: an answer written after a pause without a second look at the lease"
expect "$bound"     NO_WALL_CLOCK      "found: a monotonic clock that stood still while the machine slept"
expect "$bound"     ANY_TABLE          "found: a late push with an older table is applied"
echo "$((checks - failures)) of $checks as expected"
[ "$failures" = 0 ]
