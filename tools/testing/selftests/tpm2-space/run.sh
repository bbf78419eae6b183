#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Runs all tests of the extension on this machine, whose TPM is at their mercy, and reports in the
# Test Anything Protocol. For a machine that can be thrown away.

set -eu
here=$(cd "$(dirname "$0")" && pwd)
PATH=$here:$PATH
export TPM2TOOLS_TCTI=device:/dev/tpmrm0

usage() {
	cat <<'USAGE'
usage: run.sh [MODULE.ko] [-- SUITE ...]

With MODULE.ko the module is loaded, removed and loaded again as part of the tests, and stays
loaded. Without it, the extension must be there: the module, or a part of the kernel.

SUITE is life, load, test or tools, in the order in which they are to be run; life and load need
MODULE.ko. Without any all are run. The exit status is 0 if all tests succeeded.
USAGE
}

module=''
case ${1:-} in
-h | --help)
	usage
	exit
	;;
--) ;;
?*)
	module=$1
	shift
	;;
esac
[ "${1:-}" != -- ] || shift
[ $# -gt 0 ] || set -- ${module:+life load} tools test

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo 0 0 >"$work/counts"

# Prints a suite's report as a part of ours: numbered on, without a head of its own. A suite that
# says less than it planned, or ends otherwise than it says, has failed.
merge() {
	awk -v counts="$work/counts" -v status="$work/status" -v suite="$1" '
		BEGIN { getline < counts; n = $1; bad = $2; close(counts) }
		/^TAP version/ { next }
		/^1\.\.[0-9]+/ { plan = substr($1, 4); planned = 1; next }
		/^(not )?ok / {
			seen++
			n++
			failed = /^not / || /# *[Ss][Kk][Ii][Pp]/
			bad += failed
			told += failed
			sub(/^not ok [0-9]+/, "not ok " n)
			sub(/^ok [0-9]+/, "ok " n)
		}
		{ print; fflush() }
		END {
			getline ended < status
			if (!planned || plan != seen)
				why = "planned " (planned ? plan : "none") ", ran " seen + 0
			else if (!seen)
				why = "no test"
			else if (ended != 0 && !told)
				why = "ended with status " ended
			if (why != "") {
				n++
				bad++
				print "not ok " n " - " suite ": " why
			}
			print n, bad > counts
		}'
}

# run_suite NAME COMMAND...: the status goes by way of a file, which is complete before the report
# ends.
run_suite() {
	echo "# suite: $1"
	rm -f "$work/status"
	{
		set +e
		(
			shift
			"$@"
		)
		echo $? >"$work/status"
	} 2>&1 | merge "$1"
}

load_module() {
	echo 'TAP version 13'
	echo '1..1'
	[ -d /sys/module/tpm2_space_sessions ] || insmod "$module" || {
		echo 'not ok 1 - the module is loaded'
		return 1
	}
	echo 'ok 1 - the module is in force'
}

echo 'TAP version 13'
for suite; do
	case $suite in
	life) run_suite life tpm2-space-life "$module" ;;
	load) run_suite load load_module ;;
	test) run_suite test tpm2-space-test ;;
	tools) run_suite tools tools-flows.sh ;;
	*)
		usage >&2
		exit 2
		;;
	esac
done

read -r n bad <"$work/counts"
echo "1..$n"
[ "$n" -gt 0 ] && [ "$bad" -eq 0 ]
