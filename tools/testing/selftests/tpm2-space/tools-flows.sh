#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What people do with tpm2-tools, where each step is a process of its own and sessions travel in
# files (G9).

# shellcheck disable=SC2317 # tests are called by name

set -eu
export TPM2TOOLS_TCTI="${TPM2TOOLS_TCTI:-device:/dev/tpmrm0}"
counters=/sys/class/tpmrm/tpmrm0/sessions
PARALLEL=40

tests='policy_session policy_restart audit_session hmac_nv sealed_pcr keys object_contexts
	duplicate_load reclaimed parallel'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Says what the tool said only if that matters.
tool() {
	if ! "$@" >tool.out 2>&1; then
		echo "failed: $*"
		cat tool.out
		return 1
	fi
}

fails() {
	if "$@" >tool.out 2>&1; then
		echo "succeeded, which it must not: $*"
		return 1
	fi
}

is() {
	[ "$1" = "$2" ] || {
		echo "'$1' where '$2' was due"
		return 1
	}
}

counter() {
	cat "$counters/$1"
}

# A session is started, used and ended by three processes, and its digest is that of the policy.
policy_session() {
	tool tpm2_startauthsession -S trial.ctx
	tool tpm2_policypcr -S trial.ctx -l sha256:0,1 -L trial.policy
	tool tpm2_flushcontext trial.ctx
	tool tpm2_startauthsession --policy-session -S s.ctx
	is "$(counter detached)" 1
	tool tpm2_policypcr -S s.ctx -l sha256:0,1 -L s.policy
	cmp trial.policy s.policy
	tool tpm2_flushcontext s.ctx
	is "$(counter active)" 0
}

policy_restart() {
	tool tpm2_startauthsession --policy-session -S s.ctx
	tool tpm2_policycommandcode -S s.ctx -L one.policy TPM2_CC_Unseal
	tool tpm2_policyrestart -S s.ctx
	tool tpm2_policycommandcode -S s.ctx -L two.policy TPM2_CC_Unseal
	cmp one.policy two.policy
	tool tpm2_flushcontext s.ctx
}

# An HMAC session's nonces go from file to file.
audit_session() {
	tool tpm2_startauthsession --audit-session -S s.ctx
	for _ in 1 2 3 4; do
		tool tpm2_getrandom -S s.ctx --hex 16
	done
	tool tpm2_flushcontext s.ctx
	is "$(counter active)" 0
}

hmac_nv() {
	echo 0123456789abcdef >nv.in
	tool tpm2_startauthsession --hmac-session -S s.ctx
	tool tpm2_nvdefine 0x1500016 -C o -s 17 -p nvauth -a 'authread|authwrite'
	tool tpm2_nvwrite 0x1500016 -C 0x1500016 -P session:s.ctx+nvauth -i nv.in
	tool tpm2_nvread 0x1500016 -C 0x1500016 -P session:s.ctx+nvauth -o nv.out
	fails tpm2_nvread 0x1500016 -C 0x1500016 -P nvwrong
	tool tpm2_nvread 0x1500016 -C 0x1500016 -P session:s.ctx+nvauth -o nv.again
	tool tpm2_nvundefine 0x1500016 -C o
	tool tpm2_flushcontext s.ctx
	cmp nv.in nv.out
	cmp nv.in nv.again
}

# Make an object that only a policy session unseals.
seal() {
	tool tpm2_createprimary -C o -G ecc -c primary.ctx
	tool tpm2_startauthsession -S trial.ctx
	tool tpm2_policypcr -S trial.ctx -l sha256:0 -L pcr.policy
	tool tpm2_flushcontext trial.ctx
	printf 'the secret' >secret
	tool tpm2_create -C primary.ctx -L pcr.policy -i secret -u sealed.pub -r sealed.priv
	tool tpm2_load -C primary.ctx -u sealed.pub -r sealed.priv -c sealed.ctx
}

sealed_pcr() {
	seal
	tool tpm2_startauthsession --policy-session -S s.ctx
	fails tpm2_unseal -c sealed.ctx -p session:s.ctx
	tool tpm2_policypcr -S s.ctx -l sha256:0
	tool tpm2_unseal -c sealed.ctx -p session:s.ctx -o unsealed
	tool tpm2_flushcontext s.ctx
	cmp secret unsealed
}

keys() {
	echo message >message
	tool tpm2_createprimary -C o -G ecc -c primary.ctx
	tool tpm2_create -C primary.ctx -G ecc -u key.pub -r key.priv
	tool tpm2_load -C primary.ctx -u key.pub -r key.priv -c key.ctx
	tool tpm2_sign -c key.ctx -g sha256 -o signature message
	tool tpm2_verifysignature -c key.ctx -g sha256 -m message -s signature
	tool tpm2_loadexternal -C o -u key.pub -c public.ctx
	tool tpm2_verifysignature -c public.ctx -g sha256 -m message -s signature
	echo other >other
	fails tpm2_verifysignature -c public.ctx -g sha256 -m other -s signature
}

# Contexts of objects serve any number of times, and several in one command.
object_contexts() {
	tool tpm2_createprimary -C o -G ecc -c primary.ctx
	for i in 1 2 3 4 5; do
		tool tpm2_create -C primary.ctx -G ecc -u "$i.pub" -r "$i.priv"
		tool tpm2_load -C primary.ctx -u "$i.pub" -r "$i.priv" -c "$i.ctx" -n "$i.name"
	done
	for i in 5 3 1 2 4 1; do
		tool tpm2_readpublic -c "$i.ctx" -n seen.name
		cmp "$i.name" seen.name
	done
	tool tpm2_certify -c 1.ctx -C 4.ctx -g sha256 -o attest -s signature
}

# A session's context serves once; tools write the new one into the file, and an old copy is worth
# nothing.
duplicate_load() {
	tool tpm2_startauthsession --policy-session -S s.ctx
	cp s.ctx old.ctx
	tool tpm2_policycommandcode -S s.ctx TPM2_CC_Unseal
	fails tpm2_policycommandcode -S old.ctx TPM2_CC_Unseal
	tool tpm2_policycommandcode -S s.ctx TPM2_CC_Unseal
	tool tpm2_flushcontext s.ctx
	is "$(counter active)" 0
}

# Whoever forgets to flush used to take the sessions away from everybody, for good.
reclaimed() {
	before=$(counter evictions)
	echo 100 >"$counters/lease_ms"
	i=0
	while [ "$i" -lt 70 ]; do
		tool tpm2_startauthsession --policy-session -S "leak$i.ctx"
		i=$((i + 1))
	done
	is "$(counter detached)" 64
	is "$(($(counter evictions) - before))" 6
	# The first are gone, and the tool is told; the last are there.
	fails tpm2_policycommandcode -S leak0.ctx TPM2_CC_Unseal
	fails tpm2_policycommandcode -S leak5.ctx TPM2_CC_Unseal
	tool tpm2_policycommandcode -S leak6.ctx TPM2_CC_Unseal
	tool tpm2_flushcontext --saved-session
	echo 2000 >"$counters/lease_ms"
	is "$(counter active)" 0
}

one_of_many() {
	tool tpm2_startauthsession --policy-session -S s.ctx
	tool tpm2_policypcr -S s.ctx -l sha256:0
	tool tpm2_unseal -c ../sealed.ctx -p session:s.ctx -o unsealed
	tool tpm2_flushcontext s.ctx
	cmp ../secret unsealed
}

parallel() {
	seal
	i=0
	while [ "$i" -lt "$PARALLEL" ]; do
		mkdir "$i"
		(
			cd "$i"
			set -e
			one_of_many >said 2>&1
			echo 'it succeeded' >result
		) &
		i=$((i + 1))
	done
	wait
	i=0
	while [ "$i" -lt "$PARALLEL" ]; do
		[ -e "$i/result" ] || {
			echo "client $i:"
			cat "$i/said"
			return 1
		}
		i=$((i + 1))
	done
	is "$(counter active)" 0
}

# Each begins without sessions, whatever became of the one before.
flush_all() {
	tool tpm2_flushcontext --saved-session
	is "$(counter active)" 0
}

number=0
status=0
echo 'TAP version 13'
# shellcheck disable=SC2086 # a list of words
set -- $tests
echo "1..$#"
for test; do
	number=$((number + 1))
	mkdir "$work/$test"
	# A subshell of its own, not a condition: errexit is off inside of one.
	set +e
	(
		set -e
		cd "$work/$test"
		flush_all
		"$test"
	) >"$work/$test.log" 2>&1
	result=$?
	set -e
	if [ "$result" = 0 ]; then
		echo "ok $number - tpm2-tools: $test"
	else
		sed 's/^/# /' "$work/$test.log"
		echo "not ok $number - tpm2-tools: $test"
		status=1
	fi
done
exit "$status"
