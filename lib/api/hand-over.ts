import type { ClusterState, NodeState } from '../model.ts'
import { bash, markVariable, runScript, type Script } from '../shell/bash.ts'
import { emitFunction, parseFields } from '../shell/script-output.ts'

/** Begins the name of the table of packet filter rules that a hand-over consists of. */
const tablePrefix = 'drill_hand_over_'

/** After so long the machine itself ends a hand-over that nobody ended, in seconds: longer than any restart of an API server. */
const longestS = 90

const isV6 = (address: string) => address.includes(':')

/**
 * Ends every hand-over of these machines, also those of a repair that was killed: two machines that hand over to each
 * other would send a connection round and round.
 */
export const endHandOver: Script = bash`
if command -v nft > /dev/null; then
  { nft list tables 2>/dev/null || true; } | while read -r _ family name; do
    case $name in ${{ text: tablePrefix }}*) nft delete table "$family" "$name" ;; esac
  done
fi
`

/** Runs endHandOver on a machine. */
export async function takeBack({ node }: NodeState, signal?: AbortSignal): Promise<void> {
  await runScript(node, 'end a hand-over of the API', endHandOver, { public: true, ...(signal ? { signal } : {}) })
}

/**
 * Sends new connections for a machine's API server to another one, so that none is refused while it restarts: a balancer
 * needs seconds to notice, and kube-proxy some tenths. By two rules of the machine's own packet filter, in a table of
 * their own; connections that are open stay where they are. Clients that came for the name of the balancer, or for the
 * Service, find both in the other's certificate; those that came for this machine's address would be refused by it now in
 * any case. The rules are tried out from the other machine, and taken away again where they have no effect.
 * @returns why not, or undefined where connections are handed over
 */
export async function handOver(
  cluster: ClusterState,
  from: NodeState,
  to: NodeState,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { bindPort } = cluster.config
  const v6 = isV6(to.address)
  if (isV6(from.address) !== v6) return 'the two API servers have addresses of different kinds'
  const family = v6 ? 'ip6' : 'ip'
  const own = [...new Set([from.address, ...from.facts.addresses])].filter((address) => isV6(address) === v6)
  const name = `${tablePrefix}${cluster.stamp.toLowerCase()}`
  const rules = `table ${family} ${name} {
  chain prerouting {
    type nat hook prerouting priority -110;
    ${family} daddr { ${own.join(', ')} } tcp dport ${bindPort} counter dnat to ${v6 ? `[${to.address}]` : to.address}:${bindPort}
  }
  chain postrouting {
    type nat hook postrouting priority 90;
    ct status dnat ct original ${family} daddr { ${own.join(', ')} } ${family} daddr ${to.address} tcp dport ${bindPort} masquerade
  }
}
`
  const script = bash`
${emitFunction}
${endHandOver}
if ! command -v nft > /dev/null; then echo 'there is no nft' | emit problem; exit 0; fi
if [ "$(cat /proc/sys/net/${{ text: v6 ? 'ipv6/conf/all/forwarding' : 'ipv4/ip_forward' }})" = 0 ]; then
  echo 'it does not forward packets' | emit problem
  exit 0
fi
if ! problem=$(nft -f - 2>&1 <<< ${rules}); then
  head -n 1 <<< "$problem" | emit problem
  exit 0
fi
env -u ${markVariable} setsid --fork bash -c ${`sleep ${longestS}; nft delete table ${family} ${name}`} < /dev/null > /dev/null 2>&1
`
  const { stdout } = await runScript(from.node, 'hand over the API', script, { public: true, signal })
  const problem = parseFields(stdout)('problem')
  if (problem !== '') return problem
  if (await arrives(from, to, { bindPort, table: `${family} ${name}`, signal })) return undefined
  await takeBack(from, signal)
  return 'a connection that was handed over did not arrive'
}

interface Trial {
  readonly bindPort: number
  /** Family and name of the table. */
  readonly table: string
  readonly signal: AbortSignal
}

/** Whether a connection from the other machine is accepted, and was sent there by the rule. */
async function arrives(from: NodeState, to: NodeState, { bindPort, table, signal }: Trial): Promise<boolean> {
  const connect = `: < /dev/tcp/${from.address}/${bindPort}`
  const tried = bash`
${emitFunction}
if timeout 2 bash -c ${connect} 2>/dev/null; then echo yes; fi | emit connected
`
  const { stdout } = await runScript(to.node, 'try a hand-over of the API', tried, { public: true, signal })
  if (parseFields(stdout)('connected') !== 'yes') return false
  const counted = bash`
${emitFunction}
{ nft list table ${{ text: table }} | sed -n 's/.*counter packets \([0-9]*\).*/\1/p' || true; } | emit packets
`
  const counter = await runScript(from.node, 'count what was handed over', counted, { public: true, signal })
  return Number(parseFields(counter.stdout)('packets')) > 0
}
