import { z } from 'zod'
import type { Machine } from '../../model/cluster.ts'
import type { HttpsGet } from '../../observe/https-get.ts'

/**
 * Prints of each address: what curl ended with, the status, when the connection was encrypted, and whether an alert ended it. The
 * certificate and its key come in and are gone with the script; they are in memory meanwhile, as /dev/shm is.
 */
const script = `
umask 077
directory=$(mktemp --directory --tmpdir=/dev/shm)
trap 'rm -rf "$directory"' EXIT
cat > "$directory/pem"
for address; do
  said=$(curl --silent --show-error --http1.1 --max-time 5 --output /dev/null --write-out '%{http_code} %{time_appconnect}' \\
    --cacert /etc/kubernetes/pki/etcd/ca.crt --cert "$directory/pem" --key "$directory/pem" \\
    "https://$address:2380/version" 2> "$directory/stderr")
  code=$?
  alert=-
  if grep --quiet alert "$directory/stderr"; then alert=alert; fi
  echo "$address $code $said $alert"
done`

const lineSchema = z.tuple([
  z.string(),
  z.coerce.number().int(),
  z.coerce.number().int(),
  z.coerce.number(),
  z.enum(['alert', '-']),
])

export interface PeerTrial extends HttpsGet {
  readonly node: string
}

/**
 * Asks every member of etcd on its peers' port, with a peer's certificate. Members take one from the addresses alone that are in it, so
 * the machine asks whose it was.
 */
export async function tryAsPeer(
  machine: Machine,
  pem: string,
  members: readonly Machine[],
  signal: AbortSignal,
): Promise<readonly PeerTrial[]> {
  const argv = ['bash', '-c', script, 'peer-trials', ...members.map(({ address }) => address)] as const
  const { stdout } = await machine.exec([...argv], { input: pem, timeoutMs: 30_000, signal })
  const answers = peerAnswersOf(stdout)
  return members.map(({ name: node, address }) => ({
    node,
    ...(answers.get(address) ?? { verified: false, status: null, error: 'not tried' }),
  }))
}

/** curl's own word for a server that today's CA does not vouch for. */
const notVerified = 60

/** Pure: what the script printed, by address. */
export function peerAnswersOf(stdout: string): ReadonlyMap<string, HttpsGet> {
  return new Map(
    stdout.split('\n').flatMap((line) => {
      const parsed = lineSchema.safeParse(line.trim().split(' '))
      if (!parsed.success) return []
      const [address, code, status, encryptedS, alert] = parsed.data
      const answer: HttpsGet = {
        // Before TLS 1.3 an alert comes while the connection is being encrypted, by when the server has shown its certificate.
        verified: code !== notVerified && (encryptedS > 0 || alert === 'alert'),
        status: status === 0 ? null : status,
        error: status !== 0 ? null : alert === 'alert' ? 'TLS_ALERT' : `curl exited with ${code}`,
      }
      return [[address, answer] as const]
    }),
  )
}
