#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Runs all tests of the extension on this machine, whose TPM is at their mercy, and reports in the
# Test Anything Protocol. For a machine that can be thrown away: its TPM is cleared, so what was
# sealed in it is lost, and what others have in it is flushed. Nothing is done unless
# TPM2_SPACE_TEST_MAY_CLEAR_TPM is set in the environment.

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
MODULE.ko. Without any all are run. The exit status is 0 if all tests succeeded, 4 if none was run.

The TPM is cleared: it has to be allowed by TPM2_SPACE_TEST_MAY_CLEAR_TPM=1 in the environment.
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

# skip REASON: in kselftest's words
skip() {
	printf 'TAP version 13\n1..0 # SKIP %s\n' "$1"
	exit 4
}

[ "${TPM2_SPACE_TEST_MAY_CLEAR_TPM:-}" ] ||
	skip 'the TPM would be cleared: set TPM2_SPACE_TEST_MAY_CLEAR_TPM=1 if it may be'
[ "$(id -u)" = 0 ] || skip 'it has to be run as root'
[ -c /dev/tpmrm0 ] || skip 'there is no TPM 2.0'
[ -n "$module" ] || [ -d /sys/class/tpmrm/tpmrm0/sessions ] ||
	skip 'the kernel does not have the extension'

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
			failed = /^not /
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

# Without tpm2-tools, that is said.
flows() {
	if command -v tpm2_startauthsession >/dev/null && command -v tools-flows.sh >/dev/null; then
		exec tools-flows.sh
	fi
	printf 'TAP version 13\n1..1\nok 1 - flows of tpm2-tools # SKIP they are not installed\n'
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
	tools) run_suite tools flows ;;
	*)
		usage >&2
		exit 2
		;;
	esac
done

read -r n bad <"$work/counts"
echo "1..$n"
[ "$n" -gt 0 ] && [ "$bad" -eq 0 ]
