import { canonicalName } from '../pki/serving/serving-problem.ts'
import { bash, type Script } from '../shell/bash.ts'

/** A connection to an API server as the connection tracking of a machine has it. */
export interface Connection {
  /** The address of the client: a pod's, or a machine's. */
  readonly source: string
  readonly sourcePort: number
  /** The address it connected to: of a Service, a load balancer, a machine. */
  readonly destination: string
  readonly destinationPort: number
  /** The address that the server sees: after masquerading that of the machine. */
  readonly address: string
  readonly port: number
}

/** A filter of `ss`: to one of the ports, or to that of the Service. */
const toPorts = (ports: readonly number[]) => `( ${[...ports, 443].map((port) => `dport = :${port}`).join(' or ')} )`

/**
 * Prints the tracked connections to these ports of API servers and balancers, closed ones included: for 120 s, or 10 s after a reset.
 * kubeadm requires conntrack on every machine.
 */
export function connectionScript(ports: readonly number[]): Script {
  return bash`
connections() {
  if command -v conntrack > /dev/null; then
    { conntrack -L -p tcp; conntrack -L -f ipv6 -p tcp; } 2> /dev/null
  else
    cat /proc/net/nf_conntrack
  fi | grep -E ${` sport=(${ports.join('|')}) dport=`} || true
}
`
}

/** Reads what that prints: `src=… dst=… sport=… dport=…` as opened, then the same as answered; the kernel writes all of an IPv6 address. */
export function connectionsIn(output: string): Connection[] {
  return output.split('\n').flatMap((line) => {
    const [opened, answered] = line.matchAll(/src=(\S+) dst=(\S+) sport=(\d+) dport=(\d+)/g)
    if (!opened || !answered) return []
    const [, source = '', destination = '', sourcePort = '', destinationPort = ''] = opened
    const [, , address = '', , port = ''] = answered
    return [
      {
        source: canonicalName(source),
        sourcePort: Number(sourcePort),
        destination: canonicalName(destination),
        destinationPort: Number(destinationPort),
        address: canonicalName(address),
        port: Number(port),
      },
    ]
  })
}

/** A socket that a container holds open in the network of its machine, and to where. */
export interface Socket {
  readonly container: string
  readonly address: string
  readonly port: number
}

/**
 * Prints open connections of the machine's own network to API servers, with the container that each belongs to. Without
 * a process for each line: machines have many.
 */
export function socketScript(ports: readonly number[]): Script {
  return bash`
sockets() {
  local own peer rest cgroups
  ss -tnpH state established ${toPorts(ports)} | while read -r _ _ own peer rest; do
    if [[ $rest =~ pid=([0-9]+) ]]; then
      cgroups=
      # The process may be gone by now; $(< …) would end the script.
      { read -r -d '' cgroups < "/proc/\${BASH_REMATCH[1]}/cgroup" || true; } 2> /dev/null
      if [[ $cgroups =~ [0-9a-f]{64} ]]; then echo "\${BASH_REMATCH[0]} $own $peer"; fi
    fi
  done
}
`
}

/**
 * Prints the source of open connections to API servers from pods with their own network, as the pods see them. The API
 * server and the connection tracking may be wrong about an open connection: a reset that is lost, or out of window,
 * leaves the other end open.
 */
export function podSocketScript(ports: readonly number[]): Script {
  return bash`
pod_sockets() {
  local network
  # Where containerd and CRI-O, and Docker, keep the networks of pods.
  for network in /run/netns/* /run/docker/netns/*; do
    # It may be gone by now, and without a pod in it there is a plain file.
    nsenter --net="$network" ss -tnH state established ${toPorts(ports)} 2> /dev/null || true
  done | while read -r _ _ own _; do echo "$own"; done
}
`
}

export function socketsIn(output: string): Socket[] {
  return output.split('\n').flatMap((line) => {
    const [, container = '', address = '', port = ''] =
      /^(\S+) \S+ \[?(?:::ffff:)?([^\]\s]+?)\]?:(\d+)$/.exec(line) ?? []
    return container === '' ? [] : [{ container, address, port: Number(port) }]
  })
}

/** Prints from where the API server on this machine has open connections. */
export function peerScript(port: number): Script {
  return bash`peers() { ss -tnH state established sport = ${`:${port}`} | while read -r _ _ _ peer _; do echo "$peer"; done; }
`
}

/** Address and port of each, as `address port`. */
export function peersIn(output: string): Set<string> {
  return new Set(
    output.split('\n').flatMap((line) => {
      const [, address, port] = /^\[?(?:::ffff:)?([^\]\s]+?)\]?:(\d+)$/.exec(line) ?? []
      return address === undefined ? [] : [`${address} ${port ?? ''}`]
    }),
  )
}

/**
 * The lines that two outputs share. A connection seen twice is not an attempt that is about to be rejected: on a busy
 * machine a handshake takes a while, and a rejected client starts one after the other.
 */
export function linesInBoth(before: string, after: string): string {
  const earlier = new Set(before.split('\n'))
  return after
    .split('\n')
    .filter((line) => earlier.has(line))
    .join('\n')
}
