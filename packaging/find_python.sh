#!/bin/sh
# Prints the first Python here that works and that CRMDesk is tested with (3.11 to 3.13).
# Each candidate is run, not only looked up: a version manager's shim may exist and fail,
# and a system Python may come without venv. An argument (make's PYTHON=...) is the only
# candidate then, and may be newer.
newest="3, 13"
if [ -n "$1" ]; then
    newest="3, 99"
fi
for candidate in ${1:-python3.13 python3.12 python3.11 python3 python}; do
    if "$candidate" -c "
import ensurepip, sys, venv
sys.exit(not (3, 11) <= sys.version_info[:2] <= ($newest))
" >/dev/null 2>&1; then
        echo "$candidate"
        exit 0
    fi
done
if [ -n "$1" ]; then
    echo "$1 is not a working Python 3.11 or newer with the venv module." >&2
else
    echo "CRMDesk needs Python 3.11, 3.12 or 3.13 with the venv module; none was found." >&2
fi
echo "Debian, Ubuntu: sudo apt-get install python3 python3-venv" >&2
echo "Fedora:         sudo dnf install python3.13" >&2
echo "Or name one:    make run PYTHON=/path/to/python3.13" >&2
exit 1
