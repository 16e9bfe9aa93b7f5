import { parse } from 'yaml'
import { bash, runScript, type Script } from '../shell/bash.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { PreconditionError } from '../engine/errors.ts'
import { databaseIn } from '../etcd/etcd-files.ts'
import { objectsEncryptedWith, storedKeyNames, type StoredKeyName } from '../etcd/encrypted-values.ts'
import { isObject, objectAt, objectsAt, stringAt } from '../engine/json.ts'
import type { KubeadmConfig, NodeState } from '../model.ts'
import { encryptionConfigurationPath } from '../kubeadm/required-files.ts'

/**
 * Rejects with PreconditionError, by name, when values in etcd are encrypted with keys that the EncryptionConfiguration on the
 * control plane does not have: an API server without them cannot read those objects, and fails to list the others of
 * their kind. Only names are compared; a key of the right name and the wrong bytes is not found.
 */
export async function refuseLostEncryptionKeys(
  controlPlanes: readonly NodeState[],
  config: KubeadmConfig,
  signal: AbortSignal,
): Promise<void> {
  const lost = (await forEachNode(controlPlanes, (host) => lostKeys(host, config, signal))).flat()
  if (lost.length === 0) return
  throw new PreconditionError(
    `values in etcd would become unreadable: ${lost.join('; ')}; nothing was changed: restore the keys and start again`,
    { reason: 'encryption-keys-missing' },
  )
}

async function lostKeys(host: NodeState, config: KubeadmConfig, signal: AbortSignal): Promise<string[]> {
  const { node, facts, mirrorPodSpecs } = host
  if (facts.etcdDataDir === undefined) return []
  const database = databaseIn(facts.etcdDataDir)
  const needed = await storedKeyNames(node, database, signal)
  if (needed.length === 0) return []
  const path = encryptionConfigurationPath(config, mirrorPodSpecs.get('kube-apiserver'))
  const present = path === undefined ? new Set<string>() : await presentKeys(host, path, signal)
  const where = path === undefined ? 'the API server has no EncryptionConfiguration' : `it is not in ${path}`
  const lost: string[] = []
  for (const key of needed.filter((each) => !present.has(nameOf(each)))) {
    const objects = await objectsEncryptedWith(node, database, key, signal)
    const [first] = objects
    if (first === undefined) continue
    const others = objects.length === 1 ? '' : ` and ${objects.length - 1} more`
    lost.push(`${first}${others} on ${node.name} need the ${key.provider} key ${key.name}, and ${where}`)
  }
  return lost
}

/**
 * For scripts: prints an EncryptionConfiguration without its keys, be they in the same line or in lines of their own. Their names stay.
 */
export const withoutKeys = (path: string): Script => bash`
sed -E -e '/^[[:space:]]*[A-Za-z0-9+\/=]{16,}[[:space:]]*$/d' \
  -e 's/(\bsecret["'\'']?[[:space:]]*:[[:space:]]*)([|>][-+]?[[:space:]]*$|"[^"]*"|'\''[^'\'']*'\''|[^],}[:space:]]+)/\1withheld/g' ${path}
`

async function presentKeys(host: NodeState, path: string, signal: AbortSignal): Promise<Set<string>> {
  const title = 'read the EncryptionConfiguration'
  const { stdout } = await runScript(host.node, title, withoutKeys(path), { signal })
  try {
    return new Set(keyNamesIn(parse(stdout)).map(nameOf))
  } catch (cause) {
    throw new PreconditionError(`${path} on ${host.node.name} is not an EncryptionConfiguration; nothing was changed`, {
      reason: 'encryption-config-invalid',
      cause,
    })
  }
}

/** The keys of an EncryptionConfiguration (apiserver.config.k8s.io/v1) by provider and name; those of a KMS too. */
export function keyNamesIn(configuration: unknown): StoredKeyName[] {
  if (!isObject(configuration)) return []
  return objectsAt(configuration, 'resources')
    .flatMap((resource) => objectsAt(resource, 'providers'))
    .flatMap((entry) => Object.keys(entry).map((provider) => [provider, objectAt(entry, provider)] as const))
    .flatMap(([provider, body]) => {
      const keys = provider === 'kms' ? [body] : objectsAt(body, 'keys')
      return keys.map((key) => ({ provider, name: stringAt(key, 'name') ?? '' }))
    })
}

const nameOf = ({ provider, name }: StoredKeyName): string => `${provider}:${name}`
