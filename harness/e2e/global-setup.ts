import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { waitFor } from '../../lib/index.ts'
import { apiAccess } from '../cluster/api-access.ts'
import { clusterReady } from '../cluster/cluster-ready.ts'
import { removeAuxiliaryContainers } from '../cluster/auxiliary-containers.ts'
import { createCluster, setCpuShares } from '../cluster/create-cluster.ts'
import { deleteCluster } from '../cluster/delete-cluster.ts'
import { parseKubeadmPatch } from '../cluster/kubeadm-patch.ts'
import { forget, register, newClusterName } from '../cluster/registry.ts'
import { approveServingRequests } from '../cluster/serving-requests.ts'
import { ClusterError, exitCodes } from '../model/errors.ts'
import { interruptSignals, onInterrupt } from '../host/process/interrupts.ts'
import { chosenImages } from '../host/setup/chosen-images.ts'
import { recordKubeletSettings } from '../host/setup/host-changes.ts'
import { cgroupVersion } from '../host/setup/host-facts.ts'
import { preflight } from '../host/setup/preflight.ts'
import { seedWorkload } from '../workload/seed.ts'
import { decoyManifest, decoyPhase } from './decoy-pod.ts'
import { kubectl } from './inspect/kube.ts'
import { shell } from './inspect/shell.ts'
import { topology, type ProvidedCluster } from './provided-cluster.ts'

/** Kubelets ask the cluster for their serving certificates, so that every repair has requests to judge. */
const patch = parseKubeadmPatch(
  'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nserverTLSBootstrap: true\n',
  'of the cluster tests',
)

/**
 * Vitest's set-up of the project `cluster`: one kind cluster with the drill's workload. It is deleted when the tests are
 * over, whatever their outcome, and when they are interrupted; after a kill `drill gc` finds it in the registry.
 */
export default async function setUpCluster(project: TestProject): Promise<() => Promise<void>> {
  const given: ProvidedCluster = {
    name: newClusterName(),
    runDir: await mkdtemp(join(tmpdir(), 'drill-e2e-')),
  }
  let undone: Promise<void> | undefined
  const undo = () => (undone ??= remove(given))
  // Vitest's own listeners would end the process before the cluster is deleted.
  for (const name of interruptSignals) process.removeAllListeners(name)
  const { signal } = onInterrupt()
  signal.addEventListener('abort', () => void undo().finally(() => process.exit(exitCodes.interrupted)), { once: true })
  try {
    await create(given, signal)
  } catch (error) {
    await undo()
    throw error
  }
  project.provide('e2eCluster', given)
  return undo
}

async function remove({ name, runDir }: ProvidedCluster): Promise<void> {
  console.log(`deleting ${name}`)
  await removeAuxiliaryContainers(name)
  await deleteCluster(name)
  await forget(name)
  await rm(runDir, { recursive: true, force: true })
}

async function create({ name, runDir }: ProvidedCluster, signal: AbortSignal): Promise<void> {
  const images = await chosenImages({ signal })
  await preflight({ ...topology, nodeImage: images.node, workloadImage: images.workload, signal })
  await recordKubeletSettings()
  await register(name, runDir)
  const started = performance.now()
  const log = (what: string) => console.log(`${((performance.now() - started) / 1000).toFixed(1)} s ${what}`)
  log(`creating ${name}: ${topology.controlPlanes} control planes, ${topology.workers} worker`)
  const cluster = await createCluster({
    name,
    topology,
    nodeImage: images.node,
    cgroup: (await cgroupVersion()) ?? 'v1',
    patch,
    runDir,
    onLine: (line) => log(line),
    signal,
  })
  const [first] = cluster.controlPlanes
  if (!first) throw new ClusterError('kind made no control plane')
  const api = () => apiAccess(first)
  await approveServingRequests({ api, machines: cluster.machines, signal })
  await clusterReady({ api, nodes: cluster.machines.length, signal })
  await setCpuShares(cluster.machines, signal)
  log('ready; the workload')
  await seedWorkload({ cluster, api: await api(), image: images.workload, signal })
  const image = await shell(first, `crictl images | awk '/\\/pause / { print $1 ":" $2; exit }'`)
  await kubectl(first, ['apply', '--filename', '-'], JSON.stringify(decoyManifest(first.name, image)))
  await waitFor('the decoy pod runs', async () => (await kubectl(first, decoyPhase)) === 'Running', {
    timeoutMs: 60_000,
    signal,
  })
  log('seeded')
}
