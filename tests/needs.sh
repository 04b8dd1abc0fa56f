# What suites need beyond the .NET SDK: looks for it, installs it when it may, else says in $reason why the suite is skipped.
# Sourced by tests/run, which sets $logs.

reason=
apt_updated=

need_none() { :; }

need_postgres() { tests/services.sh --installed postgres || install_postgres; }

need_node() {
  { command -v node && command -v npm; } >/dev/null || install nodejs npm || return 1
  local major
  major=$(node -p 'process.versions.node.split(".")[0]')
  ((major >= 18)) || { reason="Node.js 18 or newer is needed, this is $major"; return 1; }
  locked_packages tests/Compatibility
}

# Python's websocket-client, as Debian has it: what the CLOB's quickstart is written with.
need_python() { /usr/bin/python3 -c 'import websocket' 2>/dev/null || install python3 python3-websocket; }

# What the lock file of this folder names.
locked_packages() {
  [[ $1/node_modules/.package-lock.json -nt $1/package-lock.json ]] && return 0
  echo "npm ci in $1 ..."
  (cd "$1" && npm ci --ignore-scripts --no-audit --no-fund) >"$logs/npm.log" 2>&1 || { reason="npm ci failed: $(last_line npm.log)"; return 1; }
}

# The peers of the benchmark, built or put into artifacts/bench. Without a compiler and OpenSSL there is no load generator and so no suite; any other
# peer that cannot be had leaves its reason there, and its row in the table says it.
need_peers() {
  { command -v gcc && [[ -e /usr/include/stdio.h && -e /usr/include/openssl/ssl.h ]]; } >/dev/null || install gcc libc6-dev libssl-dev || return 1
  command -v taskset >/dev/null || install util-linux || return 1
  (($(nproc) >= 2)) || { reason="two cores are needed, one for the servers and one for the load"; return 1; }
  local to=artifacts/bench from=tests/Benchmarks
  mkdir -p "$to"
  {
    gcc -O2 -Wall -Wextra -Werror -std=gnu11 -o "$to/load" "$from"/Load/*.c -lssl -lcrypto &&
      gcc -O2 -Wall -Wextra -Werror -std=gnu11 -o "$to/reference" "$from"/Peers/reference.c "$from"/Load/{net,tls,websocket}.c -lssl -lcrypto
  } >"$logs/gcc.log" 2>&1 || { reason="gcc failed: $(last_line gcc.log)"; return 1; }
  optional node "$to" have_ws
  optional nats "$to" have_nats
  reason=
}

# optional NAME FOLDER COMMAND...: when the command fails, the reason is left in FOLDER/NAME.missing.
optional() {
  local note=$2/$1.missing
  shift 2
  rm -f -- "$note"
  "$@" || echo "$reason" >"$note"
}

have_ws() {
  { command -v node && command -v npm; } >/dev/null || install nodejs npm || return 1
  locked_packages tests/Benchmarks/Peers/node
}

# Unpacked, not installed: the package would start a server.
have_nats() {
  local program=artifacts/bench/nats-server
  [[ ! -x $program ]] || return 0
  if command -v nats-server >/dev/null; then
    ln -sf -- "$(command -v nats-server)" "$program"
    return
  fi
  local folder
  folder=$(mktemp -d)
  update_packages && (cd "$folder" && apt-get -q download nats-server && dpkg-deb -x nats-server_*.deb .) >"$logs/nats.log" 2>&1 &&
    cp -- "$folder"/usr/*bin/nats-server "$program" || reason=${reason:-"nats-server cannot be had here: $(last_line nats.log)"}
  rm -rf -- "$folder"
  [[ -x $program ]]
}

# The Debian package would make and start a server of its own; this keeps it from that, for as long as apt-get runs.
install_postgres() {
  local folder=/etc/postgresql-common/createcluster.d code=0
  may_install postgresql || return 1
  "${as_root[@]}" mkdir -p "$folder"
  echo 'create_main_cluster = false' | "${as_root[@]}" tee "$folder/oddswire-tests.conf" >/dev/null
  install postgresql || code=$?
  "${as_root[@]}" rm -f "$folder/oddswire-tests.conf"
  return "$code"
}

install() {
  may_install "$@" || return 1
  echo "apt-get install $* ..."
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120)
  update_packages || return 1
  "${apt[@]}" install -y --no-install-recommends "$@" >>"$logs/apt.log" 2>&1 || { reason="apt-get install $* failed: $(last_line apt.log)"; return 1; }
  hash -r
}

update_packages() {
  [[ -z $apt_updated ]] || return 0
  may_install "the list of packages" || return 1
  "${as_root[@]}" apt-get -q -o DPkg::Lock::Timeout=120 update >"$logs/apt.log" 2>&1 || { reason="apt-get update failed: $(last_line apt.log)"; return 1; }
  apt_updated=yes
}

may_install() {
  as_root=()
  if ! command -v apt-get >/dev/null; then
    reason="$* not found, and there is no apt-get to install it"
  elif ((EUID == 0)); then
    return 0
  elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root=(sudo -n)
    return 0
  else
    reason="$* not found, and only root may install it"
  fi
  return 1
}

last_line() { grep -v '^[[:space:]]*$' "$logs/$1" | tail -n 1 || true; }
