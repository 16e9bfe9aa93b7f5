import type { ClusterState } from '../model.ts'
import { bash, type Script } from '../shell/bash.ts'
import { emitFunction, linesOf, parseFields } from '../shell/script-output.ts'
import { askApi, getRawFunction } from './kube-api.ts'

interface Kind {
  readonly kind: string
  /** Of all objects of it. */
  readonly path: string
  readonly isNamespaced?: true
}

/** What commonly carries a CA or a token. Helm keeps its releases packed: findInReleases looks there. */
const kinds: readonly Kind[] = [
  { kind: 'Secret', path: '/api/v1/secrets?fieldSelector=type%21%3Dhelm.sh%2Frelease.v1', isNamespaced: true },
  { kind: 'ConfigMap', path: '/api/v1/configmaps', isNamespaced: true },
  {
    kind: 'ValidatingWebhookConfiguration',
    path: '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations',
  },
  { kind: 'MutatingWebhookConfiguration', path: '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations' },
  { kind: 'APIService', path: '/apis/apiregistration.k8s.io/v1/apiservices' },
  { kind: 'CustomResourceDefinition', path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions' },
]

/**
 * `having NEEDLES NAMESPACED`: of a list from the API in JSON the objects with one of the needles, as `mark name` or `mark
 * namespace/name`. A needle is a line `mark text`; a line `!mark text` takes the mark away from what has that text too. JSON escapes quotes within strings, so an object begins where its metadata does; the
 * name is the first field there, and the namespace the first of its name.
 */
export const havingFunction: Script = bash`
having() {
  LC_ALL=C awk -v namespaced="$2" '
    FNR == NR { mark[NR] = $1; text[NR] = $2; next }
    FNR > 1 {
      split("", has)
      for (at in text) if (index($0, text[at])) has[mark[at]] = 1
      for (one in has) if (one !~ /^!/ && !(("!" one) in has)) {
        name = substr($0, 1, index($0, "\"") - 1)
        if (namespaced && match($0, /"namespace":"[^"]*"/)) name = substr($0, RSTART + 13, RLENGTH - 14) "/" name
        found[one " " name] = 1
      }
    }
    END { for (line in found) print line }
  ' <(printf '%s\n' "$1") RS='[{]"metadata":[{]"name":"' -
}
`

export interface FoundObject {
  readonly kind: string
  /** namespace/name, or the name of what has no namespace. */
  readonly name: string
  /** Of the needle. */
  readonly mark: string
}

/**
 * The objects that have one of these texts, and the kinds that could not be read. All are compared on the first control plane: what they
 * hold goes nowhere, and their names alone are printed.
 * @param needles lines `mark text` and `!mark text`
 */
export async function findInObjects(
  cluster: ClusterState,
  needles: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly found: readonly FoundObject[]; readonly unread: readonly string[] }> {
  const asked = kinds.map(
    ({ kind, path, isNamespaced }) => bash`
if names=$(get_raw ${`${path}${path.includes('?') ? '&' : '?'}resourceVersion=0`} | having "$needles" ${isNamespaced ? 1 : 0}); then echo "$names" | emit ${kind}
else echo ${kind} | emit unread; fi
`,
  )
  const script = bash`
${emitFunction}
${getRawFunction(cluster.first, cluster)}
${havingFunction}
needles=${needles.join('\n')}
${{ text: asked.map(({ text }) => text).join('') }}
`
  const answer = parseFields(await askApi(cluster.first, 'find objects with a lost CA or token', script, { signal }))
  const found = kinds.flatMap(({ kind }) =>
    linesOf(answer(kind)).map((line) => {
      const [mark = '', name = ''] = line.split(' ')
      return { kind, name, mark }
    }),
  )
  return { found, unread: linesOf(answer('unread')) }
}
