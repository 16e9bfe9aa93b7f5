import { forEachNode } from '../engine/for-each-node.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import { refuseOldTokens, withRetiredKeys, type Retired } from '../preflight/old-tokens.ts'
import { backupFunctions, reportBackups } from '../shell/backup.ts'
import { bash, runScript } from '../shell/bash.ts'
import { sharedCertsCreated, workDir } from '../shell/work-dir.ts'

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
    // Asked in the preflight too; tokens of before may have come back since, with a pod that was restored.
    await refuseOldTokens(cluster, found, signal)
    // A program that read its token once and keeps it in memory is rejected from now on, also when this is killed here.
    cluster.learned.created.add('sa.key')
    delete cluster.learned.tokenKeys
    await forEachNode(found, async ({ host, publicText }) => {
      const script = bash`
${backupFunctions(cluster.stamp)}
mkdir -p -m 0700 ${workDir}
echo sa.key >> ${sharedCertsCreated}
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
