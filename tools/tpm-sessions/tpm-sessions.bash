# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# bash's completion for tpm-sessions.

_tpm_sessions() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev='' command=list words='' word i
	local -r table='--json --raw --noheadings --output --output-all'
	local -r list_columns='TPM PID USER COMMAND FD HANDLE TYPE STATE AGE IDLE LEASE TENURE AHEAD OBJECTS EVICTIONS HOLDERS'
	local -r stat_columns='TPM NAME VALUE MEANING'

	COMPREPLY=()
	[ "$COMP_CWORD" -lt 1 ] || prev=${COMP_WORDS[COMP_CWORD - 1]}
	if [ "$COMP_CWORD" -gt 1 ] && [[ ${COMP_WORDS[1]} != -* ]]; then
		command=${COMP_WORDS[1]}
	fi
	case $prev in
	-t | --tpm)
		for i in /sys/class/tpmrm/tpmrm*; do
			[ ! -e "$i" ] || words+=" ${i##*/}"
		done
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
		return
		;;
	-o | --output)
		words=$list_columns
		[ "$command" != stat ] || words=$stat_columns
		# what is complete already stays in front
		i=''
		case $cur in
		*,*) i=${cur%,*}, cur=${cur##*,} ;;
		+*) i=+ cur=${cur#+} ;;
		esac
		mapfile -t COMPREPLY < <(compgen -P "$i" -W "$words" -- "$cur")
		compopt -o nospace 2>/dev/null
		return
		;;
	-i | --interval | -O | --older-than | -c | --count) return ;;
	esac
	case $command in
	list) words="--all --tpm $table --help" ;;
	stat) words="--tpm $table --help" ;;
	watch) words='--interval --count --tpm --help' ;;
	flush) words='--detached --older-than --yes --tpm --help' ;;
	set) words='--tpm --help' ;;
	esac
	if [[ $cur != -* ]]; then
		words=''
		if [ "$COMP_CWORD" -eq 1 ]; then
			words='list stat watch flush set'
		elif [ "$command" = set ]; then
			words='lease tenure max-per-fd'
			for word in "${COMP_WORDS[@]:2:COMP_CWORD-2}"; do
				case $word in lease | tenure | max-per-fd) words='' ;; esac
			done
		elif [ "$command" = flush ]; then
			words=$(tpm-sessions list --raw --noheadings --output HANDLE 2>/dev/null | grep -v '^-' || true)
		fi
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -F _tpm_sessions tpm-sessions
