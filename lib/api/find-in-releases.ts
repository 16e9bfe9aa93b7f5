import type { ClusterState } from '../model.ts'
import { bash, runScript } from '../shell/bash.ts'
import { marksFunction } from '../shell/marks.ts'
import { emitFunction, linesOf, parseFields } from '../shell/script-output.ts'
import { getRawFunction } from './kube-api.ts'
import type { FoundObject } from './find-in-objects.ts'

/** Where Helm keeps its releases, by its storage driver (helm, pkg/storage/driver): Secrets, or ConfigMaps. */
const paths = [
  '/api/v1/secrets?fieldSelector=type%3Dhelm.sh%2Frelease.v1',
  '/api/v1/configmaps?labelSelector=owner%3Dhelm',
]

/**
 * `releases`: of a list from the API in JSON the packed releases, as `namespace/name packed`. `unpacked PACKED`: what is in one: JSON,
 * packed by gzip, in base64; in a Secret in base64 once more.
 */
export const releaseFunctions = bash`
releases() {
  LC_ALL=C awk -v RS='[{]"metadata":[{]"name":"' '
    NR > 1 && match($0, /"release":"[^"]*"/) {
      packed = substr($0, RSTART + 11, RLENGTH - 12)
      name = substr($0, 1, index($0, "\"") - 1)
      if (match($0, /"namespace":"[^"]*"/)) name = substr($0, RSTART + 13, RLENGTH - 14) "/" name
      print name " " packed
    }
  '
}
unpacked() {
  case $1 in
    H4sI*) base64 -d <<< "$1" | gzip -dc ;;
    *) base64 -d <<< "$1" | base64 -d | gzip -dc ;;
  esac
}
`

/**
 * The Helm releases that have one of these texts, and those that could not be unpacked. They are unpacked and compared on the first
 * control plane, in memory; their names alone are printed.
 * @param needles as for findInObjects
 */
export async function findInReleases(
  cluster: ClusterState,
  needles: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly found: readonly FoundObject[]; readonly unread: readonly string[] }> {
  const script = bash`
${emitFunction}
${getRawFunction(cluster.first, cluster)}
${releaseFunctions}
${marksFunction}
needles=${needles.join('\n')}
umask 077
made=$(mktemp -d -p /dev/shm drill-recovery.XXXXXX)
trap 'rm -rf "$made"' EXIT
for path in ${paths}; do
  get_raw "$path" | releases > "$made/releases"
  while read -r name packed; do
    if unpacked "$packed" > "$made/release" 2> /dev/null; then
      marks_of "$made/release" | sed "s#\$# $name#" | emit found
    else
      echo "$name" | emit unread
    fi
  done < "$made/releases"
done
`
  const title = 'find Helm releases with a lost CA or token'
  const { stdout } = await runScript(cluster.first.node, title, script, { signal, timeoutMs: 120_000 })
  const answer = parseFields(stdout)
  const found = linesOf(answer('found')).map((line) => {
    const [mark = '', name = ''] = line.split(' ')
    return { kind: 'Helm release', name, mark }
  })
  return { found, unread: linesOf(answer('unread')) }
}
