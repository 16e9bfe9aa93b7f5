import { bash, runScript } from '../shell/bash.ts'
import { emitFunction, linesOf, parseFields } from '../shell/script-output.ts'
import { askApi, getRawFunction, kubeFunction, serverUrl } from './kube-api.ts'
import type { NodeState, ClusterState } from '../model.ts'

/**
 * The uids of the pods on this machine that do not have the cluster's CA beside their token. Other CAs may be there too: the
 * controller manager publishes what its --root-ca-file holds.
 * @param ca PEM; of several, any will do
 */
export async function podsWithOtherCa(host: NodeState, ca: string, signal: AbortSignal): Promise<string[]> {
  const script = bash`
${emitFunction}
shopt -s nullglob
without_space() { tr -d '[:space:]'; }
given=$(cat)
# A certificate a line, without what is around them.
mapfile -t cas < <(tr -d '[:space:]' <<< "$given" | grep -oe '-----BEGINCERTIFICATE-----[^-]*-----ENDCERTIFICATE-----' || true)
has_one() {
  local text ca
  text=$(without_space < "$1")
  for ca in "\${cas[@]}"; do if [[ $text == *"$ca"* ]]; then return 0; fi; done
  return 1
}
pods=${`${host.facts.kubeletRoot}/pods/`}
for file in "$pods"*/volumes/kubernetes.io~projected/kube-api-access-*/ca.crt; do
  pod=\${file#"$pods"}
  if ! has_one "$file"; then echo "\${pod%%/*}"; fi
done | emit pods
`
  const { stdout } = await runScript(host.node, 'find pods with another CA', script, {
    public: true,
    signal,
    input: ca,
  })
  return linesOf(parseFields(stdout)('pods'))
}

/** The token in a Secret; the token itself never leaves its machine. */
export interface SecretToken {
  /** namespace/name of the Secret. */
  readonly where: string
  /** Which key signed it; undefined where there is none yet, or an API server before 1.12 made it, which did not say. */
  readonly keyId: string | undefined
  readonly isEmpty: boolean
  /** Nobody can give it another token: it can only be deleted. */
  readonly isImmutable: boolean
}

/** Which key signed the tokens in the Secrets of type kubernetes.io/service-account-token. */
export async function secretTokens(cluster: ClusterState, signal: AbortSignal): Promise<SecretToken[]> {
  const template =
    '{{range .items}}{{.metadata.namespace}}/{{.metadata.name}} {{or .immutable false}} {{with .data}}{{with .token}}{{base64decode .}}{{end}}{{end}}{{"\\n"}}{{end}}'
  const script = bash`
${emitFunction}
${kubeFunction(cluster.first, cluster)}
secrets=$(kube get secrets --all-namespaces --field-selector type=kubernetes.io/service-account-token \
  --output go-template --template ${template})
while read -r name immutable token; do
  if [ -z "$name" ]; then continue; fi
  header=\${token%%.*}
  printf '%s %s %s\n' "\${header:--}" "$immutable" "$name"
done <<< "$secrets" | emit tokens
`
  const stdout = await askApi(cluster.first, 'read the signing keys of tokens in Secrets', script, { signal })
  return linesOf(parseFields(stdout)('tokens')).flatMap((line) => {
    const [, header = '', immutable, where = ''] = /^(\S+) (true|false) (.*)$/.exec(line) ?? []
    const isImmutable = immutable === 'true'
    return where === '' ? [] : [{ where, keyId: keyIdOfHeader(header), isEmpty: header === '-', isImmutable }]
  })
}

/**
 * Pure: the token Secrets (namespace/name) that another key than these signed.
 * @param old whether tokens that do not tell their key count too, because no earlier key is accepted any more
 */
export function staleSecretTokens(
  tokens: readonly SecretToken[],
  { validKeyIds, old }: { readonly validKeyIds: ReadonlySet<string>; readonly old: boolean },
): string[] {
  const isStale = ({ keyId, isEmpty }: SecretToken) => !isEmpty && (keyId === undefined ? old : !validKeyIds.has(keyId))
  return tokens.filter(isStale).map(({ where }) => where)
}

/** A Secret (namespace/name) that has no new token, and why, in words. */
export interface LeftSecret {
  readonly where: string
  readonly error: string
}

/** Token Secrets that are emptied at once: the command must end within its time-out. */
export const secretsAtOnce = 100

/**
 * Empties the token of these Secrets (namespace/name), so that the controller manager signs another: it only checks
 * whether there is one. Gives those that could not be emptied.
 */
export async function emptySecretTokens(
  cluster: ClusterState,
  names: readonly string[],
  signal: AbortSignal,
): Promise<LeftSecret[]> {
  const left: LeftSecret[] = []
  for (let from = 0; from < names.length; from += secretsAtOnce)
    left.push(...(await emptySome(cluster, names.slice(from, from + secretsAtOnce), signal)))
  return left
}

async function emptySome(cluster: ClusterState, names: readonly string[], signal: AbortSignal): Promise<LeftSecret[]> {
  const patch = '{"data":{"token":null}}'
  // kubectl takes ten times as long for each, and is asked where the API refused one, for its words.
  const script = bash`
${emitFunction}
${getRawFunction(cluster.first, cluster)}
server=${serverUrl(cluster.first, cluster)}
locate() { url=$server/api/v1/namespaces/\${1%%/*}/secrets/\${1#*/}; }
declare -A emptied=()
if command -v curl > /dev/null; then
  answers=$(for secret in ${names}; do locate "$secret"; printf 'url = "%s"\n' "$url"; done |
    curl_api --fail-early --globoff --config - --request PATCH --header 'Content-Type: application/merge-patch+json' \
      --data ${patch} --write-out '%{stderr}%{http_code} %{url_effective}\n' 2>&1 > /dev/null)
  while read -r code url; do if [[ $code == 2?? ]]; then emptied[$url]=yes; fi; done <<< "$answers"
fi
for secret in ${names}; do
  locate "$secret"
  if [ -n "\${emptied[$url]:-}" ]; then continue; fi
  error=$(kube patch secret --namespace "\${secret%%/*}" "\${secret#*/}" --type merge --patch ${patch} \
    2>&1 > /dev/null) || echo "$secret \${error//$'\n'/ }"
done | emit left
`
  const stdout = await askApi(cluster.first, 'empty the tokens in Secrets', script, { signal })
  return linesOf(parseFields(stdout)('left')).map((line) => {
    const [where = '', ...words] = line.split(/\s+/)
    return { where, error: words.join(' ') }
  })
}

/** The `kid` in the header of a JWT, which is its first part; undefined where it is no JWT. */
export function keyIdOfHeader(header: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(header, 'base64url').toString())
    if (typeof parsed !== 'object' || parsed === null || !('kid' in parsed)) return undefined
    return typeof parsed.kid === 'string' ? parsed.kid : undefined
  } catch {
    return undefined
  }
}
