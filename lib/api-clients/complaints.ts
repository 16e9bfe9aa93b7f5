import { bash, type Script } from '../shell/bash.ts'

const distrust =
  'unknown authority|certificate verify failed|unable to get (local )?issuer|UNABLE_TO_(VERIFY|GET_ISSUER)|SELF_SIGNED_CERT'
const rejectedToken = '[Uu]nauthorized|\\b401\\b'

/**
 * Prints `uid time` for each pod of this machine whose log ends with the words of a client that trusts the API server's certificate no
 * more, or whose token is rejected. For where API servers do not log whom they reject: a client that recovers by itself goes on to log
 * other things, or holds a connection open. No line of a log leaves the machine.
 * @param ofTokens whether the words of a rejected token count, which web servers log of their own clients as well
 */
export const complaintScript = (ofTokens: boolean): Script => bash`
complaints() {
  local directory file line
  for directory in "\${pod_logs:-/var/log/pods}"/*_*_*/*/; do
    file=$({ ls "$directory" 2>/dev/null || true; } | { grep -E '^[0-9]+\.log$' || true; } | sort -n | tail -n 1)
    if [ -z "$file" ]; then continue; fi
    line=$(tail -n 1 "$directory$file" | cut -c 1-4000)
    if grep -qE ${ofTokens ? `${distrust}|${rejectedToken}` : distrust} <<< "$line"; then
      echo "$(basename "$(dirname "$directory")" | sed 's/.*_//') \${line%% *}"
    fi
  done
}
`

/** Reads what that prints: when each pod complained last, milliseconds since 1970 by its machine, by the pod's uid. */
export function complaintsIn(output: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const [, uid = '', time = ''] of output.matchAll(/^(\S+) (\S+)$/gm)) {
    const atMs = Date.parse(time)
    if (!Number.isNaN(atMs)) found.set(uid, Math.max(atMs, found.get(uid) ?? 0))
  }
  return found
}
