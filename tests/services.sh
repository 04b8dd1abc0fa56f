#!/usr/bin/env bash
# Private servers for tests: each on loopback and a free port, in a folder of its own, ended by pid.
#
#   tests/services.sh postgres -- COMMAND...     starts PostgreSQL, runs COMMAND with ODDSWIRE_TEST_POSTGRES (for Npgsql)
#                                                and PGHOST, PGPORT ... (for psql) set, and ends with its exit code;
#                                                $ODDSWIRE_TEST_POSTGRES_CONTROL stop|kill|start does that to the server
#   tests/services.sh postgres-durable -- ...    the same, and what it has committed survives a loss of power: for measuring
#   tests/services.sh --installed postgres       exit code 0 when it could
set -euo pipefail
durability=off

servers=() # "signal pid", oldest first
folder=

postgres_bin() {
  local bin
  bin=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1) || true
  [[ -x $bin/postgres ]] || bin=$(dirname "$(command -v postgres || echo /nowhere/postgres)")
  [[ -x $bin/postgres && -x $bin/initdb ]] && echo "$bin"
}

listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Below 32768, where the kernel starts to hand out ports to clients.
free_port() {
  local port=0
  while ((port == 0)) || listening "$port"; do port=$((20000 + RANDOM % 12000)); done
  echo "$port"
}

start_postgres() {
  local bin account home=$folder/postgres log=$folder/postgres.log
  bin=$(postgres_bin) || { echo "PostgreSQL is not installed" >&2; return 1; }
  as=()
  mkdir "$home"
  od -An -N16 -tx8 /dev/urandom | tr -d ' \n' >"$home/password"
  if ((EUID == 0)); then # the server refuses to run as root
    account=$(id -un postgres 2>/dev/null || echo nobody)
    as=(setpriv --reuid="$account" --regid="$(id -g "$account")" --init-groups)
    chmod 711 "$folder"
    chown -R "$account:" "$home"
  fi

  # A password: everybody on this machine can reach a loopback port.
  if ! (cd "$home" && "${as[@]}" "$bin/initdb" -D data -U oddswire --pwfile=password -A scram-sha-256 -E UTF8 --no-locale --no-sync --no-instructions) >"$log" 2>&1; then
    cat "$log" >&2
    return 1
  fi
  export PGHOST=127.0.0.1 PGUSER=oddswire PGDATABASE=postgres PGPORT PGPASSWORD
  PGPASSWORD=$(<"$home/password")
  for _ in 1 2 3; do # another program may take the port before the server does
    PGPORT=$(free_port)
    (cd "$home" && exec "${as[@]}" "$bin/postgres" -D data -p "$PGPORT" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
      -c "fsync=$durability" -c "synchronous_commit=$durability") >>"$log" 2>&1 &
    servers+=("INT $!") # INT: disconnect and end; TERM would wait for every client to leave
    if answers $! "$bin/pg_isready" -q; then
      control_script "$bin" "$home" "$log"
      export ODDSWIRE_TEST_POSTGRES="Host=$PGHOST;Port=$PGPORT;Username=$PGUSER;Password=$PGPASSWORD;Database=$PGDATABASE"
      PATH=$bin:$PATH
      return 0
    fi
  done
  tail -n 20 "$log" >&2
  return 1
}

# For tests of an outage. The server that it starts is another process, found by its own pid file when all ends.
control_script() {
  local bin=$1 home=$2 log=$3
  export ODDSWIRE_TEST_POSTGRES_CONTROL=$folder/control
  {
    printf '#!/usr/bin/env bash\nset -euo pipefail\ncd %q\n' "$home"
    printf 'run() { %s "$@"; }\n' "${as[*]@Q}"
    printf 'case $1 in\n'
    printf '  stop) run %q stop -D data -m fast -w >/dev/null ;;\n' "$bin/pg_ctl"
    printf '  kill) run %q stop -D data -m immediate -w >/dev/null ;;\n' "$bin/pg_ctl"
    printf '  start) run %q start -D data -w -l restarted.log -o %q >/dev/null ;;\n' "$bin/pg_ctl" \
      "-p $PGPORT -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=$durability -c synchronous_commit=$durability"
    printf '  *) exit 2 ;;\nesac\n'
  } >"$ODDSWIRE_TEST_POSTGRES_CONTROL"
  chmod 755 "$ODDSWIRE_TEST_POSTGRES_CONTROL"
}

# answers PID CHECK...: waits, 20 s at most, until CHECK succeeds; fails at once when the process has ended.
answers() {
  local pid=$1 tick
  shift
  for ((tick = 0; tick < 400; tick++)); do
    kill -0 "$pid" 2>/dev/null || return 1
    "$@" && return 0
    sleep 0.05
  done
  return 1
}

stop_services() {
  local at signal pid tick restarted=$folder/postgres/data/postmaster.pid
  [[ ! -f $restarted ]] || servers+=("INT $(head -n 1 "$restarted")")
  for ((at = ${#servers[@]} - 1; at >= 0; at--)); do
    read -r signal pid <<<"${servers[at]}"
    kill -"$signal" "$pid" 2>/dev/null || true
    for ((tick = 0; tick < 200; tick++)); do kill -0 "$pid" 2>/dev/null || break; sleep 0.05; done
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  servers=()
  [[ -z $folder ]] || rm -rf -- "$folder"
}

main() {
  local command=
  [[ ${1-} != --installed ]] || { "${2}_bin" >/dev/null; exit; }
  folder=$(mktemp -d /tmp/oddswire-services.XXXXXX) # not $TMPDIR: the server's account must be able to enter it
  trap 'kill $command 2>/dev/null || true; stop_services' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  while (($# > 0)) && [[ $1 != -- ]]; do
    case $1 in
      postgres-durable) durability=on; start_postgres ;;
      postgres) start_postgres ;;
      *) echo "no such service: $1" >&2; exit 2 ;;
    esac
    shift
  done
  (($# > 1)) || { echo "usage: tests/services.sh postgres -- COMMAND..." >&2; exit 2; }
  shift
  # In the background, so that a signal to this script does not have to wait for the command.
  "$@" &
  command=$!
  local code=0
  wait "$command" || code=$?
  command=
  exit "$code"
}

[[ ${BASH_SOURCE[0]} != "$0" ]] || main "$@" </dev/null
