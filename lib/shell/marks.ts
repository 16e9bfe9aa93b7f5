import { bash } from './bash.ts'

/**
 * `marks_of FILE`: the marks of the lines in $needles whose text the file has. A needle is a line `mark text`; a line `!mark text` takes the
 * mark away from what has that text too.
 */
export const marksFunction = bash`
marks_of() {
  local mark
  for mark in $(awk '$1 !~ /^!/ { print $1 }' <<< "$needles" | sort -u); do
    if grep -qFf <(sed -n "s/^$mark //p" <<< "$needles") -- "$1" &&
      ! { grep -q "^!$mark " <<< "$needles" && grep -qFf <(sed -n "s/^!$mark //p" <<< "$needles") -- "$1"; }; then
      echo "$mark"
    fi
  done
}
`
