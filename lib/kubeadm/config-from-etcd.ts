import { stringify } from 'yaml'
import { PreconditionError } from '../engine/errors.ts'
import type { EtcdFiles } from '../etcd/etcd-files.ts'
import { configMapData, isEncrypted, staticPodSpecOf } from '../static-pods/stored-pod.ts'
import { flagOf } from '../engine/flag-of.ts'
import { components } from '../static-pods/components.ts'
import { parseKubeadmConfig } from './kubeadm-config.ts'
import type { Component, KubeadmConfig, MirrorPodSpecs } from '../model.ts'

export const kubeadmConfigKey = '/registry/configmaps/kube-system/kubeadm-config'

export const mirrorPodKey = (component: Component, node: string): string =>
  `/registry/pods/kube-system/${component}-${node}`

/** The keys of a control plane's objects in etcd that the survey reads. */
export const wantedKeys = (node: string): string[] => [
  kubeadmConfigKey,
  ...components.map((component) => mirrorPodKey(component, node)),
]

/** What the static pods of a control plane ran with, by their mirror pods; those of another repair's making too. */
export function mirrorPodSpecs(node: string, { objects }: EtcdFiles): MirrorPodSpecs {
  return new Map(
    components.flatMap((component) => {
      const stored = objects.get(mirrorPodKey(component, node))
      const facts = stored && !isEncrypted(stored.value) ? staticPodSpecOf(stored.value, component) : undefined
      return facts ? [[component, facts]] : []
    }),
  )
}

/** A control plane, with what its disk says. */
export interface Source {
  readonly name: string
  readonly etcd: EtcdFiles
}

/**
 * The kubeadm configuration as kubeadm itself stored it in the cluster, the newest that any control plane has. The
 * port of the API servers is in no ConfigMap, only in their flags. Undefined where etcd holds none.
 */
export function configFromEtcd(sources: readonly Source[]): KubeadmConfig | undefined {
  const [newest] = sources
    .flatMap(({ etcd }) => etcd.objects.get(kubeadmConfigKey) ?? [])
    .sort((one, other) => other.revision - one.revision)
  if (!newest) return undefined
  if (isEncrypted(newest.value)) {
    throw new PreconditionError(
      'the ConfigMap kube-system/kubeadm-config is encrypted at rest: give the kubeadm configuration that you kept',
      { reason: 'kubeadm-config-encrypted' },
    )
  }
  const cluster = configMapData(newest.value)?.['ClusterConfiguration']
  if (cluster === undefined) return undefined
  const ports = sources.flatMap(({ name, etcd }) => {
    const port = flagOf(mirrorPodSpecs(name, etcd).get('kube-apiserver')?.command, 'secure-port')
    return port === undefined ? [] : [Number(port)]
  })
  const apiVersion = /^apiVersion: (\S+)$/m.exec(cluster)?.[1]
  const init = { apiVersion, kind: 'InitConfiguration', localAPIEndpoint: { bindPort: ports[0] ?? 6443 } }
  return parseKubeadmConfig(`${cluster}---\n${stringify(init)}`)
}
