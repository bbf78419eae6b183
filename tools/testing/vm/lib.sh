# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the scripts of the bed share: where things live, and how they speak.

# A function that fails inside $(...) must stop there, too.
shopt -s inherit_errexit

# Tools are to say what they say in English, and sort as each other; what guests are given is for all users in them; and git
# is to look where it is told to, be this a hook of another repository.
export LC_ALL=C.UTF-8 CCACHE_SLOPPINESS=locale
unset LANGUAGE GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
umask 022

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
# shellcheck disable=SC2034 # for the scripts that read this file
build=${TPM2_SPACE_BUILD:-$top/build}
# Downloads outlive `make clean` and are shared by all checkouts.
# DKMS asks for what is here without a home.
cache=${XDG_CACHE_HOME:-${HOME:-}/.cache}/tpm2-space

# Lines and flavours of Debian's kernels that the module is built for. It is tested on these lines.
# shellcheck disable=SC2034 # for the scripts that read this file
stock_lines=(6.1 6.12 7.2 7.3)
# shellcheck disable=SC2034
stock_flavours=(amd64 cloud-amd64 arm64 cloud-arm64)

# Some tools are where only the administrator of a Debian machine looks: modinfo, mkswap.
PATH=$PATH:/usr/sbin:/sbin

say() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
}

die() {
	say "$*"
	exit 125
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		die "$1 needs root, and there is no sudo: run this as root"
	fi
}

# Runs a command while nobody else runs one under the same name.
locked() {
	local name=$1 fd
	shift
	mkdir -p "$cache/locks"
	exec {fd}>"$cache/locks/$name"
	flock "$fd"
	"$@"
	exec {fd}>&-
}

# copy_tree FROM TO: a copy of a kernel's source that can be written to, made only if TO is not yet one of FROM. Links where
# possible: whoever writes to it has to replace files.
copy_tree() {
	local from=$1 to=$2
	if [ -d "$to" ] && [ "$(readlink "$to.from" || true)" = "$from" ]; then
		return
	fi
	rm -rf "$to" "$to.part" "$to.from"
	mkdir -p "${to%/*}"
	cp -al "$from" "$to.part" 2>/dev/null || { rm -rf "$to.part"; cp -a "$from" "$to.part"; }
	mv "$to.part" "$to"
	ln -s "$from" "$to.from"
}

# Has make compile by way of ccache, if that is installed: sets compiler. Checkouts are at different places. What a file
# includes is what the compiler itself tells Kbuild: it need not be preprocessed twice.
use_ccache() {
	compiler=${1:-gcc}
	command -v ccache >/dev/null || return 0
	# shellcheck disable=SC2034 # for the scripts that read this file
	compiler="ccache $compiler"
	export CCACHE_DIR=$cache/ccache CCACHE_BASEDIR=$top CCACHE_NOHASHDIR=1 CCACHE_DEPEND=1
}
