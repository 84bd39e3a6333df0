#!/bin/sh
# Make .venv with the system's own Python, and in it everything that uv.lock names.
set -eu
cd "$(dirname "$0")/.."

fail() {
    printf '%s\n' "$@" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif [ -t 0 ]; then
        sudo "$@"
    else
        # Nobody is there to type a password.
        sudo -n "$@"
    fi
}

install_python() {
    echo "Installing python3 and python3-venv (once) …"
    as_root apt-get update -qq &&
        as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends \
            python3 python3-venv >/dev/null
}

# Debian ships `venv` and `ensurepip` in a package of their own.
python3 -c 'import ensurepip, venv' 2>/dev/null || install_python ||
    fail "Python is missing, and could not be installed. This helps:" \
        "  sudo apt-get install python3 python3-venv"

python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "$(python3 --version) is too old: 3.11 or later is needed." \
        "Debian 12, Ubuntu 24.04 and everything after them have it."

if [ ! -x .venv/bin/uv ]; then
    # Also mends what was left half made.
    python3 -m venv --clear .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check uv
fi
UV_PYTHON_DOWNLOADS=never .venv/bin/uv sync --frozen --quiet
