#!/bin/sh
# Install Debian packages without the services they bring: no Postgres cluster of the system's own
# on 5432, no Redis on 6379, no Prometheus on 9090, no Caddy on 80, neither now nor after a restart.
# Run as root.
set -eu

policy=/usr/sbin/policy-rc.d
no_cluster=/etc/postgresql-common/createcluster.d/ha-soranu.conf
made=

restore() {
    for file in $made; do rm -f "$file"; done
}
trap restore EXIT

# Asked by every package before it starts its service; 101 means: don't.
if [ ! -e "$policy" ]; then
    made="$made $policy"
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
fi

if [ ! -e "$no_cluster" ]; then
    made="$made $no_cluster"
    mkdir -p "${no_cluster%/*}"
    echo 'create_main_cluster = false' >"$no_cluster"
fi

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# A machine that has just started may be upgrading itself.
apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "$@"

for package in "$@"; do
    case $package in caddy | redis-server | prometheus)
        if command -v systemctl >/dev/null; then systemctl disable "$package"; fi
        ;;
    esac
done
