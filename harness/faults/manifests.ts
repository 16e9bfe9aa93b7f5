import type { Loss } from '../model/scenario.ts'
import type { Subject } from '../model/subject.ts'
import type { components } from '../observe/control-plane-files.ts'
import { files } from './files.ts'
import { apiRefuses, apiServes, filesGone, sandboxesGone, type ApiPort } from './proof-parts.ts'

const path = '/etc/kubernetes/manifests'
const on = 'control-planes'

/** The manifests of all static pods gone on every control plane, so that kubelet stops them; every key and certificate is there. */
export function manifests(port: ApiPort = {}): Loss {
  return files(path, on, {
    replaces: ['static-pods'],
    proof: [filesGone(path, on, port), sandboxesGone(on, port), apiRefuses(on, port)],
  })
}

interface Consequences {
  readonly replaces: readonly Subject[]
  /** kubelet ends an API server whose etcd is silent for long. */
  readonly mayRestart: readonly Subject[]
  /** Whether the API servers go on to answer, refuse connections, or neither: without etcd they listen, and answer nothing. */
  readonly api: 'serves' | 'refuses' | 'unsure'
}

const consequences: Readonly<Record<(typeof components)[number], Consequences>> = {
  etcd: { replaces: ['etcd-pod'], mayRestart: ['api-server-processes'], api: 'unsure' },
  'kube-apiserver': { replaces: ['api-server-pod'], mayRestart: [], api: 'refuses' },
  'kube-controller-manager': { replaces: ['controller-manager-pod'], mayRestart: [], api: 'serves' },
  'kube-scheduler': { replaces: ['scheduler-pod'], mayRestart: [], api: 'serves' },
}

/** The manifest of one static pod gone on every control plane, so that kubelet stops it; the others run on. */
export function manifestOf(component: keyof typeof consequences, port: ApiPort = {}): Loss {
  const { replaces, mayRestart, api } = consequences[component]
  const file = `${path}/${component}.yaml`
  const seen = { serves: [apiServes(port.port)], refuses: [apiRefuses(on, port)], unsure: [] }
  return {
    ...files(file, on, {
      replaces,
      proof: [filesGone(file, on, port), sandboxesGone(on, port, component), ...seen[api]],
    }),
    mayRestart,
  }
}
