# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What is said of lines that are run through or not, of files with how often before each line, as gcov makes them: $out/FILE.gcov.
# To be sourced by scripts that have set $out, and $list to the list of lines that may stay uncovered.
# shellcheck disable=SC2154 # they are set there

# lines PATTERN FILE: the lines whose count looks like this: the function, and the text
lines() {
	awk -v pattern="^ *($1)$" '{
		count = $0; sub(/:.*/, "", count)
		text = $0; sub(/^[^:]*:[^:]*:/, "", text)
		if (text ~ /^[a-z].*[(]/) { name = text; sub(/[(].*/, "", name); sub(/.*[ *]/, "", name) }
		gsub(/^[ \t]+|[ \t]+$/, "", text)
		if (count ~ pattern) print name ": " text
	}' "$out/$2.gcov"
}

# explained FILE: the lines that may stay uncovered
explained() {
	sed -n "s/^${1//./\\.} | \(.*\) | .*/\1/p" "$list"
}

# certain FILE: those of them that no run comes by
certain() {
	sed -n "/| now and then: /d; s/^${1//./\\.} | \(.*\) | .*/\1/p" "$list"
}

# judge FILE: what is wrong, if anything
judge() {
	lines '#####|=====' "$1" | sort >"$out/missed"
	explained "$1" | sort >"$out/known"
	comm -23 "$out/missed" "$out/known" | sed 's/^/# not run, and not explained: /'
	certain "$1" | sort >"$out/certain"
	comm -13 "$out/missed" "$out/certain" | sed 's/^/# explained, but it is run, or not there: /'
}

# share RAN ALL: in percent, to a tenth
share() {
	local tenths=$((1000 * $1 / $2))
	echo "$((tenths / 10)).$((tenths % 10))"
}

# tell FILE ...: of each, and of all, as TAP and as a table
tell() {
	local file ran missed total wrong number=0 status=0 all_ran=0 all_lines=0
	{
		echo "| file | lines | run through | % |"
		echo "| --- | ---: | ---: | ---: |"
	} >"$out/table.md"
	echo "TAP version 13"
	for file; do
		ran=$(lines '[0-9]+\*?' "$file" | wc -l)
		missed=$(lines '#####|=====' "$file" | wc -l)
		total=$((ran + missed))
		[ "$total" -gt 0 ] || die "nothing has been counted in $file"
		number=$((number + 1))
		wrong=$(judge "$file")
		if [ -z "$wrong" ]; then
			echo "ok $number - $file: $(share "$ran" "$total") % of $total lines"
		else
			echo "$wrong"
			echo "not ok $number - $file: $(share "$ran" "$total") % of $total lines"
			status=1
		fi
		echo "| $file | $total | $ran | $(share "$ran" "$total") |" >>"$out/table.md"
		all_ran=$((all_ran + ran)) all_lines=$((all_lines + total))
	done
	echo "| all | $all_lines | $all_ran | $(share "$all_ran" "$all_lines") |" >>"$out/table.md"
	echo "1..$number"
	echo "# $(share "$all_ran" "$all_lines") % of $all_lines lines"
	return "$status"
}
