import { readFile, stat } from 'node:fs/promises'
import { parseAllDocuments, stringify } from 'yaml'
import { z } from 'zod'
import { UsageError } from '../model/errors.ts'

/** What makes a drill's cluster resemble the user's. */
export interface KubeadmPatch {
  /** YAML, one object each: kind's kubeadmConfigPatches. */
  readonly documents: readonly string[]
  /** Of the patch's ClusterConfiguration; kind writes its own over what a patch says, unless it knows it as well. */
  readonly networking: { readonly podSubnet?: string; readonly serviceSubnet?: string }
  /** Kubelets ask the cluster to sign their serving certificates, and drill must approve that. */
  readonly serverTlsBootstrap: boolean
  /** Directory of the files that its flags name; undefined where there is none beside the patch. */
  readonly filesDir?: string
}

/** The groups of the objects that `kubeadm init` and `join` take; a patch of anything else would be passed over in silence. */
const groups: Readonly<Record<string, string>> = {
  ClusterConfiguration: 'kubeadm.k8s.io/',
  InitConfiguration: 'kubeadm.k8s.io/',
  JoinConfiguration: 'kubeadm.k8s.io/',
  KubeletConfiguration: 'kubelet.config.k8s.io/',
  KubeProxyConfiguration: 'kubeproxy.config.k8s.io/',
}
/** kubeadm's default. */
const certificatesDir = '/etc/kubernetes/pki'
const documentSchema = z.looseObject({ kind: z.string(), apiVersion: z.string() })
const networkingSchema = z.object({ podSubnet: z.string().optional(), serviceSubnet: z.string().optional() })

/**
 * Reads a kubeadm patch, and the directory `<name>.files` beside `<name>.yaml`. Rejects with UsageError for what cannot be
 * read, is no YAML, or is no patch that kind would use.
 */
export async function readKubeadmPatch(path: string): Promise<KubeadmPatch> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new UsageError(`the kubeadm patch ${path} cannot be read`, 'give a file with kubeadm objects in YAML', {
      cause,
    })
  })
  const patch = parseKubeadmPatch(text, path)
  const filesDir = path.replace(/\.ya?ml$/, '') + '.files'
  const exists = await stat(filesDir).then(
    (entry) => entry.isDirectory(),
    () => false,
  )
  return exists ? { ...patch, filesDir } : patch
}

/** Reads the text of a patch. Throws UsageError. */
export function parseKubeadmPatch(text: string, path: string): KubeadmPatch {
  const parsed = parseAllDocuments(text)
  const [error] = parsed.flatMap((document) => document.errors)
  if (error)
    throw new UsageError(
      `the kubeadm patch ${path} is not YAML: ${error.message.split('\n')[0] ?? ''}`,
      `correct ${path}`,
    )
  const objects = parsed.flatMap((document) => {
    const value: unknown = document.toJS()
    return value === null ? [] : [value]
  })
  if (objects.length === 0)
    throw new UsageError(`the kubeadm patch ${path} holds no object`, `give one of ${Object.keys(groups).join(', ')}`)
  const documents = objects.map((object) => patchOf(object, path))
  const of = (kind: string) => documents.filter((document) => document.kind === kind)
  const networking = of('ClusterConfiguration').map((document) =>
    networkingSchema.safeParse(document['networking'] ?? {}),
  )
  if (networking.some(({ success }) => !success))
    throw new UsageError(
      `the kubeadm patch ${path}: networking.podSubnet and serviceSubnet must be strings`,
      `correct ${path}`,
    )
  return {
    documents: documents.map((document) => stringify(document)),
    networking: Object.assign({}, ...networking.map(({ data }) => data)) as KubeadmPatch['networking'],
    serverTlsBootstrap: of('KubeletConfiguration').some((document) => document['serverTLSBootstrap'] === true),
  }
}

function patchOf(object: unknown, path: string): z.infer<typeof documentSchema> {
  const known = Object.keys(groups).join(', ')
  const document = documentSchema.safeParse(object)
  if (!document.success)
    throw new UsageError(
      `the kubeadm patch ${path}: an object has no kind or no apiVersion`,
      `give both; the kinds are ${known}`,
    )
  const { kind, apiVersion } = document.data
  const group = groups[kind]
  if (group === undefined || !apiVersion.startsWith(group))
    throw new UsageError(
      `the kubeadm patch ${path}: ${kind} of ${apiVersion} is nothing that kubeadm takes`,
      `the kinds are ${known}`,
    )
  const directory = document.data['certificatesDir'] ?? certificatesDir
  if (directory !== certificatesDir)
    throw new UsageError(
      `the kubeadm patch ${path}: a drill breaks and measures what is in ${certificatesDir}, not in ${JSON.stringify(directory)}`,
      `leave certificatesDir out of ${path}; the repair itself, drill recover, takes any`,
    )
  return document.data
}
