import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { certificatesIn } from '../observe/fingerprints.ts'
import type { RuntimeContainer } from '../observe/runtime-containers.ts'
import { controlPlaneFiles } from '../faults/control-plane-files.ts'
import { keyIdOf, sharedFiles, sums } from './inspect/certificates.ts'
import { othersRunning } from './inspect/containers.ts'
import { etcdView, type EtcdView } from './inspect/etcd.ts'
import { kubectl } from './inspect/kube.ts'
import { shell, type Named } from './inspect/shell.ts'
import type { E2eCluster } from './e2e-cluster.ts'

/** The cluster as it was before its control plane was destroyed. Holds sums of keys, and no key. */
export interface Before {
  readonly destroyedAt: string
  readonly etcd: EtcdView
  /** By file below the certificates' directory. */
  readonly sharedCerts: Readonly<Record<string, string>>
  readonly keyId: string
  /** Certificates that extension-apiserver-authentication held. */
  readonly trusted: readonly string[]
  /** Containers that ran, without the control plane's, by machine. */
  readonly containers: Readonly<Record<string, readonly RuntimeContainer[]>>
  /** Sums of what configures the worker's kubelet. */
  readonly kubeletSettings: string
}

/**
 * Destroys the control plane (`lost-pki`) and proves it, unless it is destroyed already. Returns the state of the cluster before
 * that. `prepare` makes it worse beforehand. So each test file brings the cluster into the state that it begins with.
 */
export async function destroyedCluster(e2e: E2eCluster, prepare?: (e2e: E2eCluster) => Promise<void>): Promise<Before> {
  const path = join(e2e.context.runDir, 'before.json')
  if (await isDestroyed(e2e)) return JSON.parse(await readFile(path, 'utf8')) as Before
  const before = await stateOf(e2e)
  await writeFile(path, JSON.stringify(before))
  await prepare?.(e2e)
  const loss = controlPlaneFiles()
  const from = performance.now()
  await loss.inject(e2e.context)
  await Promise.all(e2e.controlPlanes.map(endApiServer))
  const proof = await loss.prove(e2e.context)
  if (proof.result !== 'confirmed') throw new Error(`the control plane is not destroyed: ${proof.summary}`)
  console.log(`control plane destroyed in ${((performance.now() - from) / 1000).toFixed(1)} s`)
  return before
}

/** Without etcd an API server does not end by itself: kubelet kills it after 30 s, and a drill waits for that. */
const endApiServer = (controlPlane: Named): Promise<string> =>
  shell(
    controlPlane,
    `running() { crictl ps --quiet --name "^$1$" --label io.kubernetes.pod.namespace=kube-system; }
for _ in $(seq 100); do [ -n "$(running etcd)" ] || break; sleep 0.1; done
ids=$(running kube-apiserver); [ -z "$ids" ] || crictl stop --timeout 0 $ids`,
  )

async function isDestroyed({ controlPlanes }: E2eCluster): Promise<boolean> {
  const files = await Promise.all(
    controlPlanes.map((controlPlane) =>
      shell(controlPlane, 'find /etc/kubernetes -type f 2> /dev/null | wc -l || true'),
    ),
  )
  return files.every((count) => count === '0')
}

async function stateOf({ first, machines, worker }: E2eCluster): Promise<Before> {
  const containers = await Promise.all(
    machines.map(async (machine) => [machine.name, await othersRunning(machine)] as const),
  )
  return {
    destroyedAt: new Date().toISOString(),
    etcd: await etcdView(first),
    sharedCerts: await sums(first, sharedFiles),
    keyId: await keyIdOf(first),
    trusted: await trustedByExtensions(first),
    containers: Object.fromEntries(containers),
    kubeletSettings: await kubeletSettings(worker),
  }
}

/** What configures a kubelet, as sums of its files. */
export const kubeletSettings = (machine: Named): Promise<string> =>
  shell(machine, 'sha256sum /var/lib/kubelet/config.yaml /var/lib/kubelet/kubeadm-flags.env')

/** The certificates in the ConfigMap by which extension API servers know their callers. */
export async function trustedByExtensions(controlPlane: Named): Promise<string[]> {
  const args = ['get', 'configmap', 'extension-apiserver-authentication', '--namespace', 'kube-system']
  const json = await kubectl(controlPlane, [...args, '--output', 'json'])
  const { data } = JSON.parse(json) as { data: Record<string, string> }
  const bundles = `${data['client-ca-file'] ?? ''}\n${data['requestheader-client-ca-file'] ?? ''}`
  return certificatesIn(bundles)
}
