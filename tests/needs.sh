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
  local folder=tests/Compatibility
  [[ $folder/node_modules/.package-lock.json -nt $folder/package-lock.json ]] && return 0
  echo "npm ci in $folder ..."
  (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund) >"$logs/npm.log" 2>&1 || { reason="npm ci failed: $(last_line npm.log)"; return 1; }
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
  if [[ -z $apt_updated ]]; then
    "${apt[@]}" update >"$logs/apt.log" 2>&1 || { reason="apt-get update failed: $(last_line apt.log)"; return 1; }
    apt_updated=yes
  fi
  "${apt[@]}" install -y --no-install-recommends "$@" >>"$logs/apt.log" 2>&1 || { reason="apt-get install $* failed: $(last_line apt.log)"; return 1; }
  hash -r
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
