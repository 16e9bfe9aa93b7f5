import { bash, type Script } from '../shell/bash.ts'

/** The last time that an API server rejected or served a client at one address and port. */
export interface ClientRequest {
  /** Milliseconds since 1970 by the API server's machine. */
  readonly atMs: number
  readonly address: string
  readonly port: number
  /**
   * `tls`: the client reports that it does not trust this API server; `dropped`: it hung up during the handshake, as
   * Node.js does then, and health checks of load balancers too; `unauthorized`: its token is of the lost key.
   */
  readonly outcome: 'tls' | 'dropped' | 'unauthorized' | 'served'
  /** The client's user agent, or, for `tls`, its TLS alert. */
  readonly words: string
}

/**
 * Prints the requests of pods in the log of the API server that runs on this machine, the last of each kind and source.
 * Handshakes are in the log from verbosity 5 (apiserver's `secure_serving.go`), requests with their addresses from 3. With
 * `--logging-format=json` a line is an object with the same words, as fields.
 * @param refusesHealthChecks whether the API server answers 401 to health checks, which have no credentials: they are left out then
 */
export const requestLogScript = (refusesHealthChecks: boolean): Script => bash`
request_log() {
  local container
  for container in $(crictl ps --quiet --name '^kube-apiserver$' --label io.kubernetes.pod.namespace=kube-system); do
    crictl logs --timestamps "$container" 2>&1 | sed -nE \
      -e 's/^(\S+) .*TLS handshake error from (\S+): remote error: tls: ([a-z ]+).*/\1 tls \2 \3/p;t' \
      -e 's/^(\S+) .*TLS handshake error from (\S+): local error: tls: (bad record MAC).*/\1 tls \2 \3/p;t' \
      -e 's/^(\S+) .*TLS handshake error from (\S+): (EOF|.*connection reset by peer)(\\n)?(".*)?$/\1 dropped \2 \3/p;t' \
      ${refusesHealthChecks ? bash`-e '/"?URI"?[=:]"\/(livez|readyz|healthz)["\/?].*"?resp"?[=:]401/d'` : bash``} \
      -e '/userAgent"?[=:]"kube(let|-probe|ctl|adm|-apiserver|-controller-manager|-scheduler)/d' \
      -e 's/^(\S+) .*"HTTP" .*userAgent="([^"]*)".* srcIP="([^"]*)".* resp=([0-9]+).*/\1 \4 \3 \2/p;t' \
      -e 's/^(\S+) .*"msg":"HTTP",.*"userAgent":"([^"]*)".*"srcIP":"([^"]*)".*"resp":([0-9]+).*/\1 \4 \3 \2/p' \
      | awk '{ time = $1; $1 = ""; last[$0] = time } END { for (key in last) print last[key] key }'
  done
}
`

/**
 * What Go says of the alert of OpenSSL, which sends it in plain text before it uses the keys of the handshake (TLS 1.3): so curl and
 * Python refuse a certificate, for whatever reason.
 */
export const unreadableAlert = 'bad record MAC'

/** TLS alerts of a client that does not trust the API server's certificate. */
const distrust =
  /^(bad record MAC|bad certificate|unsupported certificate|revoked certificate|expired certificate|unknown certificate( authority)?|error decrypting message)/

const line = /^(?<time>\S+) (?<what>\S+) (?:\[(?<v6>[^\]\s]+)\]|(?<v4>[^\s[\]:]+)):(?<port>\d+) ?(?<words>.*)$/gm

/** Reads what that prints. */
export function requestsIn(output: string): ClientRequest[] {
  return [...output.matchAll(line)].flatMap(({ groups = {} }) => {
    const { time = '', what = '', v6, v4 = '', port, words = '' } = groups
    if (what === 'tls' && !distrust.test(words)) return []
    return [{ atMs: Date.parse(time), address: v6 ?? v4, port: Number(port), outcome: outcomeOf(what), words }]
  })
}

function outcomeOf(what: string): ClientRequest['outcome'] {
  if (what === 'tls' || what === 'dropped') return what
  return what === '401' ? 'unauthorized' : 'served'
}
