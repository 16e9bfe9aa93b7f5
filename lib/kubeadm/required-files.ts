import type { StaticPodSpec, Json, KubeadmConfig } from '../model.ts'
import { flagOf } from '../engine/flag-of.ts'
import { pathOnMachine, placesOf } from '../static-pods/path-on-machine.ts'
import { isObject, objectAt, objectsAt, stringAt } from '../engine/json.ts'

/**
 * Flags of kube-apiserver, kube-controller-manager and kube-scheduler that name a file which only the operator can
 * bring back.
 */
const fileFlags = new Set([
  'admission-control-config-file',
  'audit-policy-file',
  'audit-webhook-config-file',
  'authentication-config',
  'authentication-token-webhook-config-file',
  'authorization-config',
  'authorization-policy-file',
  'authorization-webhook-config-file',
  'cloud-config',
  'config',
  'egress-selector-config-file',
  'encryption-provider-config',
  'oidc-ca-file',
  'tracing-config-file',
])

/** Flags whose file the component itself writes. */
const writtenByFlags = new Set(['audit-log-path', 'log-dir', 'log-file'])

const lostDirectory = '/etc/kubernetes/'

/**
 * The files that the configuration names, that kubeadm cannot make, and without which a control plane would start
 * weaker or not at all. Worst is a lost EncryptionConfiguration: every Secret in etcd stays unreadable. Paths are the
 * machine's own.
 */
export function requiredFiles(config: KubeadmConfig): string[] {
  const components = ['apiServer', 'controllerManager', 'scheduler'].map((key) => objectAt(config.cluster, key))
  const files = components.flatMap((component) =>
    argumentsOf(component)
      .filter(([name, value]) => fileFlags.has(name) && value.startsWith('/'))
      .map(([, value]) => onMachine(component, value)),
  )
  const patches = stringAt(objectAt(config.init ?? {}, 'patches'), 'directory')
  return [...new Set(patches === undefined ? files : [...files, patches])]
}

/**
 * The same of static pods as they ran: files behind flags that name one, wherever it is; what any flag or volume names below the
 * directory that is lost; and volumes that must exist before the pod starts (type File or Directory; kubeadm's own are
 * …OrCreate).
 * @param own what the repair makes itself
 */
export function filesOfPods(pods: Iterable<StaticPodSpec>, own: ReadonlySet<string>): string[] {
  const isLost = (path: string) => path.startsWith(lostDirectory) && !own.has(path)
  const files = [...pods].flatMap((pod) => {
    const { command, volumes } = pod
    const places = placesOf(pod)
    const named = command.flatMap((word) => {
      const [, name = '', value = ''] = /^--([a-z-]+)=(.+)$/.exec(word) ?? []
      if (writtenByFlags.has(name)) return []
      const paths = value.split(/[,:]/).filter((part) => part.startsWith('/'))
      const onHost = paths.map((path) => pathOnMachine(places, path) ?? path)
      return fileFlags.has(name) ? onHost : onHost.filter(isLost)
    })
    const needed = volumes.filter(
      ({ type, path }) =>
        path !== '' && (type === 'File' || type === 'Directory' || (type !== 'DirectoryOrCreate' && isLost(path))),
    )
    return [...named, ...needed.map(({ path }) => path)]
  })
  return [...new Set(files)]
}

/** Both. */
export function operatorFiles(
  config: KubeadmConfig,
  ran: ReadonlyMap<string, StaticPodSpec>,
  own: ReadonlySet<string>,
): string[] {
  return [...new Set([...requiredFiles(config), ...filesOfPods(ran.values(), own)])]
}

/** Where the machine has the EncryptionConfiguration of its API server; undefined where there is none. */
export function encryptionConfigurationPath(config: KubeadmConfig, ran: StaticPodSpec | undefined): string | undefined {
  const flag = 'encryption-provider-config'
  if (ran) {
    const path = flagOf(ran.command, flag)
    return path === undefined ? undefined : (pathOnMachine(placesOf(ran), path) ?? path)
  }
  const apiServer = objectAt(config.cluster, 'apiServer')
  const path = argumentsOf(apiServer).find(([name]) => name === flag)?.[1]
  return path === undefined ? undefined : onMachine(apiServer, path)
}

/** v1beta4 lists names and values, v1beta3 has a map. */
function argumentsOf(component: Json): readonly (readonly [string, string])[] {
  const extra = component['extraArgs']
  if (Array.isArray(extra)) {
    return extra.filter(isObject).map((argument) => [String(argument['name']), String(argument['value'])] as const)
  }
  return isObject(extra) ? Object.entries(extra).map(([name, value]) => [name, String(value)] as const) : []
}

/** Flags name paths inside the container; extraVolumes say where on the machine they are. */
function onMachine(component: Json, path: string): string {
  const places = objectsAt(component, 'extraVolumes').flatMap((volume) => {
    const [mountPath, hostPath] = [stringAt(volume, 'mountPath'), stringAt(volume, 'hostPath')]
    return mountPath === undefined || hostPath === undefined ? [] : [{ mountPath, hostPath }]
  })
  return pathOnMachine(places, path) ?? path
}
