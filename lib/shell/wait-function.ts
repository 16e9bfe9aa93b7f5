import { bash } from './bash.ts'

/**
 * `wait_until SECONDS PAUSE COMMAND…`, for scripts: runs the command until it succeeds, with a pause (seconds) between
 * two attempts; fails when that took longer. Only where a round trip for every attempt would cost too much; elsewhere
 * waitFor waits.
 */
export const waitFunction = bash`
wait_until() {
  local deadline=$((SECONDS + $1)) pause=$2
  shift 2
  until "$@"; do
    if [ "$SECONDS" -ge "$deadline" ]; then return 1; fi
    sleep "$pause"
  done
}
`
