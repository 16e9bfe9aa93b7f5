import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { apiAccess } from '../cluster/api-access.ts'
import { clusterReady } from '../cluster/cluster-ready.ts'
import { createCluster, setCpuShares } from '../cluster/create-cluster.ts'
import { deleteWithFiles } from '../cluster/delete-with-files.ts'
import { dnsOnWorkers } from '../cluster/dns-on-workers.ts'
import { markKept, register } from '../cluster/registry.ts'
import { type KubeadmPatch, readKubeadmPatch } from '../cluster/kubeadm-patch.ts'
import { containersOf } from '../cluster/machines.ts'
import { collectNodeLogs } from '../cluster/node-logs.ts'
import { approveServingRequests } from '../cluster/serving-requests.ts'
import { ClusterError } from '../model/errors.ts'
import { collectCertificateAuthorities } from '../observe/certificate-authorities.ts'
import type { Cluster, Machine } from '../model/cluster.ts'
import type { DrillContext } from '../model/context.ts'
import type { Journal, EventData } from '../model/journal.ts'
import { repairProcess } from '../recovery/repair-process.ts'
import { repair } from '../recovery/repair.ts'
import { repairOrder, type RepairOrder } from '../recovery/repair-order.ts'
import { recordedNode } from '../store/recorded-node.ts'
import { evidenceStore } from '../store/run-directory.ts'
import { recordKubeletSettings } from '../host/setup/host-changes.ts'
import { cgroupVersion } from '../host/setup/host-facts.ts'
import { preflight } from '../host/setup/preflight.ts'
import type { DrillPlan, DrillEnvironment, MadeCluster } from './environment-port.ts'
import { watchCpuPressure } from '../host/cpu-pressure.ts'
import { readCpu } from '../host/cpu-seconds.ts'
import { environmentOf } from '../host/environment-facts.ts'
import { measureHostSpeed } from '../host/host-speed.ts'
import { deployNetwork } from '../workload/deploy-network.ts'
import { refuseConcurrentRun } from './refuse-concurrent-run.ts'
import { reuseCluster } from './reuse-cluster.ts'
import { startProbes } from './start-probes.ts'
import { waitRecovered } from './wait-recovered.ts'

export interface KindEnvironmentOptions {
  readonly images: {
    readonly node: string
    readonly workload: string
    /** What only the chosen workloads need, by the name with which setup builds it. */
    readonly further?: Readonly<Record<string, string>>
  }
  readonly parallel: boolean
  /** The program that repairs, for experiments that spoil the repair. Default: drill's own. */
  readonly repairProgram?: string
}

/** The engine's ports on kind, Docker and this host. */
export function kindEnvironment({ images, parallel, repairProgram }: KindEnvironmentOptions): DrillEnvironment {
  return {
    preflight: async ({ topology, secondProberImage }) => {
      const { node, workload, further } = images
      const more = {
        ...(further ? { further } : {}),
        ...(secondProberImage === undefined ? {} : { secondProberImage }),
      }
      await preflight({ ...topology, nodeImage: node, workloadImage: workload, ...more })
      if (!parallel) await refuseConcurrentRun()
    },
    environment: () => environmentOf(images),
    measureHostSpeed,
    watchCpuPressure,
    readCpu: ({ cluster, signal }, { processIds }) => readCpu(cluster.machines, processIds, signal),
    createCluster: (plan, journal, signal) => provision(plan, images.node, journal, signal),
    takeOverCluster: takeOver,
    async deleteCluster(plan) {
      await deleteWithFiles(plan.clusterName, plan.runDir)
    },
    keepCluster: (plan) => markKept(plan.clusterName),
    context: contextOf,
    startProbes: (plan, context, registerUndo) =>
      startProbes({ plan, context, originNs: context.journal.originNs, image: images.workload, registerUndo }),
    kubeadmConfig: takeConfiguration,
    async planRepair(plan, context, kubeadmConfig) {
      const onEvent = (event: EventData) => void context.journal.append(event)
      const order = orderOf('plan', plan, context, kubeadmConfig)
      return (await repairProcess(order, { onEvent, signal: context.signal })).plan ?? []
    },
    repair: (plan, context, kubeadmConfig, onVerified) =>
      repair(orderOf('repair', plan, context, kubeadmConfig), {
        journal: context.journal,
        signal: context.signal,
        crashPoint: plan.crashPoint,
        onKilled: () => collectCertificateAuthorities(context, 'killed'),
        onVerified,
        program: repairProgram,
      }),
    recovered: waitRecovered,
    collectLogs: async (plan) => collectNodeLogs(await containersOf(plan.clusterName), plan.runDir),
  }
}

async function provision(plan: DrillPlan, nodeImage: string, journal: Journal, signal: AbortSignal): Promise<Cluster> {
  await recordKubeletSettings()
  await register(plan.clusterName, plan.runDir)
  const patch = await takePatch(plan)
  const own = plan.ownWorkload?.content
  const ownNetwork = (own?.network ?? []).length > 0
  const cluster = await createCluster({
    name: plan.clusterName,
    topology: plan.topology,
    nodeImage,
    cgroup: (await cgroupVersion()) ?? 'v1',
    runDir: plan.runDir,
    ownNetwork,
    ...(patch ? { patch } : {}),
    onLine: (line) => void journal.append({ type: 'kind.said', line }),
    signal,
  })
  journal.append({ type: 'kind.finished' })
  const [first] = cluster.controlPlanes
  if (!first) throw new ClusterError('kind made no control plane')
  if (patch?.serverTlsBootstrap)
    await approveServingRequests({ api: () => apiAccess(first), machines: cluster.machines, signal })
  if (own && ownNetwork) {
    const podSubnet = patch?.networking.podSubnet
    await deployNetwork(own, { machines: cluster.machines, api: await apiAccess(first), podSubnet, signal })
    journal.append({ type: 'network.deployed', workload: own.title })
  }
  await dnsOnWorkers(await apiAccess(first))
  await clusterReady({
    api: () => apiAccess(first),
    nodes: plan.topology.controlPlanes + plan.topology.workers,
    onWaiting: (missing) => void journal.append({ type: 'cluster.waiting', missing }),
    signal,
  })
  await setCpuShares(cluster.machines, signal)
  await noteVersion(first, journal)
  return cluster
}

async function takeOver(
  { plan: before, cluster }: MadeCluster,
  plan: DrillPlan,
  journal: Journal,
  signal: AbortSignal,
): Promise<Cluster> {
  journal.append({ type: 'cluster.taken-over', from: before.id })
  const first = firstOf(cluster.controlPlanes)
  const onWaiting = (missing: string) => void journal.append({ type: 'cluster.waiting', missing })
  const taken = await reuseCluster(before, plan, { cluster, api: () => apiAccess(first), signal }, onWaiting)
  await noteVersion(first, journal)
  return taken
}

async function noteVersion(machine: Machine, journal: Journal): Promise<void> {
  const { stdout } = await machine.exec(['kubelet', '--version'])
  journal.append({ type: 'versions.seen', kubernetes: stdout.trim().replace('Kubernetes ', '') })
}

function contextOf(plan: DrillPlan, cluster: Cluster, journal: Journal, signal: AbortSignal): DrillContext {
  const recorded = new Map(
    cluster.machines.map((machine) => [
      machine.name,
      recordedNode(machine, join(plan.runDir, 'commands', `${machine.name}.jsonl`), journal),
    ]),
  )
  const of = (machines: Cluster['machines']) => machines.flatMap((machine) => recorded.get(machine.name) ?? [])
  const { machines, controlPlanes, workers } = cluster
  return {
    runDir: plan.runDir,
    topology: plan.topology,
    cluster: { ...cluster, machines: of(machines), controlPlanes: of(controlPlanes), workers: of(workers) },
    journal,
    evidence: evidenceStore(plan.runDir),
    signal,
    ...(plan.ownWorkload ? { ownWorkload: plan.ownWorkload.content } : {}),
    secrets: new Map(),
    background: new Map(),
    // Not recorded: it is asked several times a second while something is waited for, and its answer is withheld anyway.
    api: () => apiAccess(firstOf(controlPlanes)),
  }
}

function firstOf<T>(list: readonly T[]): T {
  const [first] = list
  if (first === undefined) throw new ClusterError('the cluster has no control plane')
  return first
}

/** The patch that makes the cluster look like the user's; a copy goes to inputs/, without the files that it names. */
async function takePatch({ kubeadmPatchPath, runDir }: DrillPlan): Promise<KubeadmPatch | undefined> {
  if (kubeadmPatchPath === undefined) return undefined
  await copyFile(kubeadmPatchPath, join(runDir, 'inputs', 'kubeadm-patch.yaml'))
  return readKubeadmPatch(kubeadmPatchPath)
}

/** The operator's file, with a copy in inputs/; without one the repair finds the configuration itself. */
async function takeConfiguration(plan: DrillPlan, context: DrillContext): Promise<string | undefined> {
  if (plan.kubeadmConfigPath === undefined) return undefined
  const copy = join(plan.runDir, 'inputs', 'kubeadm.yaml')
  await copyFile(plan.kubeadmConfigPath, copy)
  context.journal.append({ type: 'input.used', node: 'operator', path: plan.kubeadmConfigPath })
  return readFile(copy, 'utf8')
}

function orderOf(
  what: RepairOrder['what'],
  { recovery, runDir }: DrillPlan,
  { cluster, journal }: DrillContext,
  kubeadmConfig?: string,
): RepairOrder {
  if (recovery === undefined) throw new ClusterError('nothing is repaired in this scenario')
  return repairOrder({ what, recovery, runDir }, cluster.machines, journal, kubeadmConfig)
}
