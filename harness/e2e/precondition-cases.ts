import type { Inventory, PreconditionReason } from '../../lib/index.ts'
import { auxiliaryLabel } from '../cluster/auxiliary-containers.ts'
import { dockerNode } from '../cluster/docker-node.ts'
import { hostCommand } from '../host/process/host-command.ts'
import { chosenImages } from '../host/setup/chosen-images.ts'
import type { Machine } from '../model/cluster.ts'
import { shell } from './inspect/shell.ts'
import { emptied, full, hourAhead, otherEtcd, ownCa, ownEtcd, roomy } from './machine-faults.ts'
import type { E2eCluster } from './e2e-cluster.ts'

/** Something that must stop a repair of a destroyed control plane before it changes anything. */
export interface PreconditionCase {
  readonly title: string
  readonly reason: PreconditionReason
  /** Makes it, and returns its undo. */
  readonly make: (e2e: E2eCluster) => Promise<() => Promise<unknown>>
  /** The inventory, where that is the mistake. */
  readonly inventory?: (e2e: E2eCluster) => Promise<Inventory> | Inventory
  /** What the refusal must name, beside "nothing was changed". */
  readonly named: (e2e: E2eCluster) => readonly string[]
  /** The machine that answers nothing meanwhile. */
  readonly silent?: (e2e: E2eCluster) => Machine
}

const nothing = async () => async () => undefined

async function docker(...args: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await hostCommand(['docker', ...args], { timeoutMs: 60_000 })
  if (exitCode !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr}`)
}

/** Each runs its script on some machines, and the other to undo it. */
const scripted =
  (of: (e2e: E2eCluster) => readonly Machine[], deed: string, undo: string): PreconditionCase['make'] =>
  async (e2e) => {
    await Promise.all(of(e2e).map((machine) => shell(machine, deed)))
    return () => Promise.all(of(e2e).map((machine) => shell(machine, undo)))
  }

const controlPlanes = (e2e: E2eCluster) => e2e.controlPlanes
const second = (e2e: E2eCluster) => [e2e.second]

/** A machine of another cluster: a container with a CA that no machine of this cluster uses. */
async function foreignMachine(e2e: E2eCluster): Promise<() => Promise<unknown>> {
  const cluster = e2e.context.cluster.name
  const { node } = await chosenImages({})
  const label = `${auxiliaryLabel}=${cluster}`
  const options = ['--name', foreignName(e2e), '--label', label, '--tmpfs', '/var', '--entrypoint', 'sleep']
  await docker('run', '--detach', ...options, node, '600')
  await shell(dockerNode(foreignName(e2e), 'worker', ''), ownCa(true))
  return () => docker('rm', '--force', '--volumes', foreignName(e2e))
}

const foreignName = ({ context }: E2eCluster) => `${context.cluster.name}-foreign`

const inventoryOf = ({ controlPlanes: controlPlanes, worker }: E2eCluster): Inventory => ({
  controlPlanes,
  workers: [worker],
})

/** As the cluster was made, with one thing changed. */
const configured =
  (pattern: RegExp, replacement: string) =>
  async (e2e: E2eCluster): Promise<Inventory> => {
    const own = (await e2e.first.readFile('/kind/kubeadm.conf')).toString()
    const kubeadmConfig = own.replaceAll(pattern, replacement)
    if (kubeadmConfig === own) throw new Error(`the cluster's configuration has no ${String(pattern)}`)
    return { ...inventoryOf(e2e), kubeadmConfig }
  }

export const preconditionCases: readonly PreconditionCase[] = [
  {
    title: 'an empty etcd data directory on one control plane',
    reason: 'etcd-data-missing',
    make: scripted(second, ...emptied),
    named: ({ second: { name } }) => [`etcd has no data on ${name}`],
  },
  {
    title: 'an empty etcd data directory on all control planes',
    reason: 'etcd-data-missing',
    make: scripted(controlPlanes, ...emptied),
    named: (e2e) => [`etcd has no data on ${e2e.first.name}, ${e2e.second.name}`],
  },
  {
    title: 'an etcd data directory that was moved out of the way',
    reason: 'etcd-data-moved',
    make: scripted(second, 'mv /var/lib/etcd /var/lib/etcd.old', 'mv /var/lib/etcd.old /var/lib/etcd'),
    named: ({ second: { name } }) => [`/var/lib/etcd.old on ${name}`],
  },
  {
    title: 'the data of another etcd cluster on one control plane',
    reason: 'etcd-clusters-differ',
    make: scripted(second, otherEtcd, ownEtcd),
    named: ({ first, second: { name } }) => ['different etcd clusters', `${first.name} has`, `${name} has`],
  },
  {
    title: 'two different CAs on two control planes, as files only',
    reason: 'shared-certs-differ',
    make: scripted(controlPlanes, ownCa(false), 'rm -rf /etc/kubernetes/pki'),
    named: (e2e) => [
      'ca.crt differs between control planes',
      `${e2e.first.name} has SHA-256`,
      `${e2e.second.name} has SHA-256`,
    ],
  },
  {
    title: 'two different CAs on two control planes, each used there',
    reason: 'shared-certs-differ',
    make: scripted(controlPlanes, ownCa(true), 'rm -rf /etc/kubernetes/pki /etc/kubernetes/kubelet.conf'),
    named: (e2e) => [
      'ca.crt differs between control planes',
      `${e2e.first.name} has SHA-256`,
      `${e2e.second.name} has SHA-256`,
    ],
  },
  {
    title: 'a full disk of a control plane',
    reason: 'disk-full',
    make: scripted(second, full('/etc/kubernetes'), roomy('/etc/kubernetes')),
    named: ({ second: { name } }) => [`/etc/kubernetes on ${name} (0 MiB free)`],
  },
  {
    title: 'a full disk of a worker',
    reason: 'disk-full',
    make: scripted(({ worker }) => [worker], full('/var/lib/drill-recovery'), roomy('/var/lib/drill-recovery')),
    named: ({ worker: { name } }) => [`/var/lib/drill-recovery on ${name} (0 MiB free)`],
  },
  {
    title: 'a clock an hour ahead',
    reason: 'clock-differs',
    make: scripted(second, hourAhead, 'rm /usr/local/bin/date'),
    named: ({ second: { name } }) => [`clocks differ: ${name} is 3`, ' s ahead'],
  },
  {
    title: 'a control plane that cannot be reached',
    reason: 'machine-unreachable',
    make: async ({ second: { name } }) => {
      await docker('pause', name)
      return () => docker('unpause', name)
    },
    named: ({ second: { name } }) => [`unreachable machines: ${name}`],
    silent: (e2e) => e2e.second,
  },
  {
    title: "a control plane without its kubelet's configuration",
    reason: 'kubelet-config-missing',
    make: scripted(
      second,
      'mv /var/lib/kubelet/config.yaml /var/lib/kubelet/config.away',
      'mv /var/lib/kubelet/config.away /var/lib/kubelet/config.yaml',
    ),
    named: ({ second: { name } }) => [`kubelet would not start on ${name}`, '/var/lib/kubelet/config.yaml is missing'],
  },
  {
    title: 'a control plane missing from the inventory',
    reason: 'control-plane-missing',
    make: nothing,
    inventory: ({ first, worker }) => ({ controlPlanes: [first], workers: [worker] }),
    named: ({ second: { name } }) => ['etcd has 2 members', `lacks ${name}`],
  },
  {
    title: 'a worker listed as a control plane',
    reason: 'not-an-etcd-member',
    make: nothing,
    inventory: ({ controlPlanes: [one, other], worker: { name, address } }) => ({
      controlPlanes: [one, other, dockerNode(name, 'control-plane', address)],
      workers: [],
    }),
    named: ({ worker: { name } }) => [`${name} is listed as a control plane but is not a member of etcd`],
  },
  {
    title: 'a control plane listed as a worker',
    reason: 'worker-holds-etcd',
    make: nothing,
    inventory: ({ first, second: { name, address }, worker }) => ({
      controlPlanes: [first],
      workers: [worker, dockerNode(name, 'worker', address)],
    }),
    named: ({ second: { name } }) => [`${name} is listed as a worker but holds an etcd member`],
  },
  {
    title: 'a machine of another cluster, by its CA',
    reason: 'other-cluster',
    make: foreignMachine,
    inventory: (e2e) => ({
      ...inventoryOf(e2e),
      workers: [e2e.worker, dockerNode(foreignName(e2e), 'worker', '')],
    }),
    named: (e2e) => [`by their CA, ${foreignName(e2e)} belong to another cluster than`],
  },
  {
    title: "another cluster's kubeadm configuration, by its endpoint",
    reason: 'other-endpoint',
    make: nothing,
    inventory: configured(/controlPlaneEndpoint: \S+/g, 'controlPlaneEndpoint: other.example:6443'),
    named: ({ worker: { name } }) => [
      'the kubeadm configuration is of another cluster: its controlPlaneEndpoint is other.example:6443',
      `the kubelet of ${name} uses`,
    ],
  },
  {
    title: "another cluster's kubeadm configuration, by its name",
    reason: 'other-kubeadm-config',
    make: nothing,
    inventory: configured(/clusterName: \S+/g, 'clusterName: other'),
    named: () => ['the kubeadm configuration is of another cluster', 'clusterName is other there'],
  },
  {
    title: "another cluster's kubeadm configuration, by its subnets",
    reason: 'other-kubeadm-config',
    make: nothing,
    inventory: configured(/podSubnet: \S+/g, 'podSubnet: 10.9.0.0/16'),
    named: () => ['the kubeadm configuration is of another cluster', 'podSubnet is 10.9.0.0/16 there'],
  },
]
