import { bash, runScript } from '../shell/bash.ts'
import { emitFunction, parseFields } from '../shell/script-output.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { reportBackups, backupFunctions } from '../shell/backup.ts'
import type { NodeState, ClusterState } from '../model.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { kubeadmConfigPath, sharedCertsCreated, workDir } from '../shell/work-dir.ts'
import { certificatesIn } from './pem.ts'
import {
  assessSharedCerts,
  sharedFiles,
  type SharedCertsAssessment,
  type SharedFile,
  type SharedTexts,
} from './assess-shared-certs.ts'

/**
 * Assesses the shared certificates of the control planes. Private keys are read, because only they tell whether a pair
 * matches: they stay in memory and in no record. Rejects with PreconditionError when two hold different ones.
 */
export async function readSharedCerts(
  { signal }: RecoveryContext,
  cluster: ClusterState,
): Promise<SharedCertsAssessment> {
  const holders = await forEachNode(cluster.controlPlanes, async (host) => ({
    name: host.node.name,
    files: await sharedCertFiles(host, cluster.config.certificatesDir, signal),
  }))
  const machines = cluster.machines.map(({ node: { name }, facts: { knownCas, kubeletCas, podCas } }) => ({
    name,
    known: knownCas,
    trusted: [kubeletCas, ...podCas].flatMap(certificatesIn),
  }))
  const kept = new Map([...(cluster.learned.keyless ?? [])].map(([file, { text }]) => [file, text]))
  return assessSharedCerts(holders, machines, new Date(), kept)
}

async function sharedCertFiles(host: NodeState, certificatesDir: string, signal: AbortSignal): Promise<SharedTexts> {
  const script = bash`
${emitFunction}
cd ${certificatesDir} 2>/dev/null || exit 0
for file in ${sharedFiles}; do
  if [ -e "$file" ]; then
    echo yes | emit "there:$file"
    emit "$file" < "$file"
  fi
done
`
  const { stdout } = await runScript(host.node, 'read the shared certificates', script, { signal, secret: true })
  const text = parseFields(stdout)
  return new Map(sharedFiles.flatMap((file) => (text(`there:${file}`) ? [[file, `${text(file)}\n`]] : [])))
}

/**
 * Installs on a control plane what it lacks and any other has; wrong files there are backed up.
 * @param only the files to install; wrong files are backed up in any case
 */
export async function installSharedCerts(
  context: RecoveryContext,
  {
    cluster,
    host,
    assessment,
  }: { readonly cluster: ClusterState; readonly host: NodeState; readonly assessment: SharedCertsAssessment },
  only: readonly SharedFile[] = sharedFiles,
): Promise<void> {
  const { name } = host.node
  const { certificatesDir } = cluster.config
  const wrong = assessment.wrong.get(name) ?? new Map<SharedFile, string>()
  const lacking = (assessment.lacking.get(name) ?? []).filter((file) => only.includes(file))
  const lines = lacking.flatMap((file) => {
    const text = assessment.wanted.get(file)
    return text === undefined ? [] : [`${file} ${Buffer.from(text).toString('base64')}\n`]
  })
  const script = bash`
${backupFunctions(cluster.stamp)}
mkdir -p ${certificatesDir}/etcd
cd ${certificatesDir}
for file in ${[...wrong.keys()]}; do move_to_backup "$PWD/$file"; done
umask 077
while read -r file text; do
  base64 -d <<< "$text" > "$file.new"
  case $file in *.key) ;; *) chmod 0644 "$file.new" ;; esac
  mv "$file.new" "$file"
done
`
  const options = { signal: context.signal, secret: true, input: lines.join('') }
  const result = await runScript(host.node, 'install the shared certificates', script, options)
  const reasons = new Map([...wrong].map(([file, reason]) => [`${certificatesDir}/${file}`, reason]))
  reportBackups(context, name, result, reasons)
}

/** Lets kubeadm create the missing shared certificates on one control plane; existing ones are kept. */
export async function createSharedCerts(context: RecoveryContext, host: NodeState): Promise<void> {
  const script = bash`
mkdir -p ${workDir}
touch ${sharedCertsCreated}
jobs=()
for phase in ca front-proxy-ca etcd-ca sa; do
  kubeadm init phase certs "$phase" --config ${kubeadmConfigPath} >&2 & jobs+=($!)
done
for job in "\${jobs[@]}"; do wait "$job"; done
`
  await runScript(host.node, 'create the shared certificates', script, { signal: context.signal })
}
