#!/bin/sh
# Ends with one line where there is no Node that Periplus runs on; Debian 12's own is too old. Plain sh, as it runs before all else.
needed=$(sed -n 's/.*"node": ">=\([0-9.]*\)".*/\1/p' "$(dirname -- "$0")/../package.json")
refuse() {
  echo "periplus: Node >= $needed is needed, and $1" >&2
  exit 1
}
path=$(command -v node) || refuse "there is no node on the PATH"
found=$(node --version)
oldest=$(printf '%s\n%s\n' "$needed" "${found#v}" | sort -V | head -n 1)
[ "$oldest" = "$needed" ] || refuse "$path is $found"
