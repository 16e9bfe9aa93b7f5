import type { NodeState } from '../model.ts'
import { bash, runScript, type Script } from '../shell/bash.ts'
import { marksFunction } from '../shell/marks.ts'
import { emitFunction, linesOf, parseFields } from '../shell/script-output.ts'

/** Where programs and people of a machine keep kubeconfigs and CAs. */
const roots = ['/etc', '/opt', '/root', '/home', '/srv', '/usr/local']

/**
 * `candidates`: the files of a machine, each ended by NUL, that may be a kubeconfig, a CA, a token or settings with one: below $roots, in
 * .kube of every user, and kubeconfigs near the top of /var/lib. Not those that are large, nor in trees of software. Ends with 124 where it
 * takes too long.
 */
export const candidatesFunction: Script = bash`
candidates() {
  local homes
  mapfile -t homes < <(cut -d : -f 6 /etc/passwd | sort -u | sed 's#/*$#/.kube#')
  {
    timeout 40 find "\${roots[@]}" -xdev \( -name node_modules -o -name .git -o -name .cache \) -prune -o \
      -type f -size -1024k \( -path '*/.kube/*' -o -name '*kube*' -o -name '*config*' -o -name '*.conf' -o -name '*.y*ml' -o \
      -name '*.json' -o -name '*.pem' -o -name '*.c*rt' -o -name '*.ca' -o -name '*.env' -o -name '*token*' \) -print0 2> /dev/null
    local code=$?
    find "\${homes[@]}" -xdev -maxdepth 3 -type f -size -1024k -print0 2> /dev/null
    find /var/lib -xdev -maxdepth 3 -type f -name '*kubeconfig*' -size -1024k -print0 2> /dev/null
    # 1: something could not be read, such as a home that is not there.
    [ "$code" -ne 124 ] || return 124
  } || return $?
}
`

export interface FoundFile {
  readonly path: string
  /** Of the needle. */
  readonly mark: string
}

/**
 * The files of a machine that have one of these texts. Rejects where it takes too long. What files hold stays on the machine.
 * @param needles lines as for marks_of
 * @param issued where the cluster's own certificates are, which the marks of `ownOnly` are not looked for in
 */
export async function findInFiles(
  { node }: NodeState,
  needles: readonly string[],
  { issued, ownOnly }: { readonly issued: string; readonly ownOnly: readonly string[] },
  signal: AbortSignal,
): Promise<FoundFile[]> {
  const script = bash`
${emitFunction}
${marksFunction}
${candidatesFunction}
needles=${needles.join('\n')}
roots=(${roots})
umask 077
made=$(mktemp -d -p /dev/shm drill-recovery.XXXXXX)
trap 'rm -rf "$made"' EXIT
candidates > "$made/files"
# A file, because xargs may start grep several times.
sed -n 's/^[^!][^ ]* //p' <<< "$needles" > "$made/needles"
{ timeout 40 xargs -0 -r grep -lFf "$made/needles" -- < "$made/files" 2> /dev/null || [ $? -ne 124 ]; } |
  sort -u > "$made/found"
while IFS= read -r path; do
  for mark in $(marks_of "$path"); do
    case "$path $mark" in ${{ text: ownOnly.map((mark) => bash`${issued}/*' '${mark}`.text).join('|') || "''" }}) continue ;; esac
    echo "$mark $path"
  done
done < "$made/found" | emit found
`
  const title = 'find files with a lost CA or token'
  const { stdout } = await runScript(node, title, script, { signal, timeoutMs: 120_000 })
  return linesOf(parseFields(stdout)('found')).flatMap((line) => {
    const [, mark = '', path = ''] = /^(\S+) (.*)$/.exec(line) ?? []
    return path === '' ? [] : [{ path, mark }]
  })
}
