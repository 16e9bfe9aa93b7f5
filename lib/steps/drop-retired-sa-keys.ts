import { secretTokens } from '../api/tokens.ts'
import { PreconditionError } from '../engine/errors.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import { mountedTokens } from '../kubelet/mounted-tokens.ts'
import type { ClusterState, NodeState } from '../model.ts'
import { readSaKeys } from '../pki/sa-key/sa-key-facts.ts'
import { tokenKeysIn, withRetiredDropped, type TokenKey } from '../pki/token-keys.ts'
import { backupFunctions, reportBackups } from '../shell/backup.ts'
import { bash, runScript } from '../shell/bash.ts'
import { sharedCertsCreated, workDir } from '../shell/work-dir.ts'

interface Retired {
  readonly host: NodeState
  readonly keys: readonly TokenKey[]
  readonly publicText: string
}

async function withRetiredKeys(cluster: ClusterState, signal: AbortSignal): Promise<Retired[]> {
  const facts = await readSaKeys(cluster, signal)
  return cluster.controlPlanes.flatMap((host) => {
    const text = facts.find(({ name }) => name === host.node.name)?.publicText ?? ''
    const keys = tokenKeysIn(text).filter(({ retired }) => retired)
    return keys.length > 0 ? [{ host, keys, publicText: withRetiredDropped(text) }] : []
  })
}

/** Where tokens of these keys are, as far as the cluster shows them. Those of a ServiceAccount that is gone are rejected already. */
async function tokensOf(cluster: ClusterState, keyIds: ReadonlySet<string>, signal: AbortSignal): Promise<string[]> {
  const [mounted, secrets] = await Promise.all([mountedTokens(cluster, signal), secretTokens(cluster, signal)])
  const isOld = ({ keyId }: { readonly keyId: string | undefined }) => keyId !== undefined && keyIds.has(keyId)
  return [
    ...mounted
      .filter((token) => token.isRenewable && isOld(token))
      .map(({ pod, host }) => `${pod.namespace}/${pod.name} on ${host.node.name}`),
    ...secrets.filter(isOld).map(({ where }) => `Secret ${where}`),
  ]
}

/** The end of a repair after a lost service-account key. Copies of old tokens outside of the cluster nobody can see. */
export const dropRetiredSaKeys = stepFromFindings<Retired>({
  id: 'drop-retired-sa-keys',
  title: 'Stop accepting tokens of lost service-account keys, if the cluster has none of them any more',
  describe: ({ host, keys }) =>
    keys.map(({ keyId }) => ({
      node: host.node.name,
      action: `remove the key ${keyId.slice(0, 8)} from sa.pub`,
      reason: 'its private half is lost',
    })),
  find: (cluster, { signal }) => withRetiredKeys(cluster, signal),
  async work(cluster, context, found) {
    const { signal } = context
    const keyIds = new Set(found.flatMap(({ keys }) => keys.map(({ keyId }) => keyId)))
    const left = await tokensOf(cluster, keyIds, signal)
    if (left.length > 0) {
      const first = left.slice(0, 5).join(', ')
      const more = left.length > 5 ? ` and ${left.length - 5} more` : ''
      throw new PreconditionError(
        `tokens of the lost key are still in use: ${first}${more}; run the repair again, or wait until kubelets have renewed them`,
        { reason: 'old-tokens-in-use' },
      )
    }
    // A program that read its token once and keeps it in memory is rejected from now on, also when this is killed here.
    cluster.learned.restoredSharedCerts = true
    delete cluster.learned.tokenKeys
    await forEachNode(found, async ({ host, publicText }) => {
      const script = bash`
${backupFunctions(cluster.stamp)}
mkdir -p -m 0700 ${workDir}
touch ${sharedCertsCreated}
cd ${cluster.config.certificatesDir}
copy_to_backup "$PWD/sa.pub"
printf '%s' ${publicText} > sa.pub.new
chmod 0644 sa.pub.new
mv -T sa.pub.new sa.pub
`
      const result = await runScript(host.node, 'remove retired service-account keys', script, { public: true, signal })
      reportBackups(context, host.node.name, result)
    })
  },
})
