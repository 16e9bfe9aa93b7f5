import { bash, runScript } from '../shell/bash.ts'
import { emitFunction, parseFields } from '../shell/script-output.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { reportBackups, backupFunctions } from '../shell/backup.ts'
import type { NodeState, ClusterState } from '../model.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { kubeadmConfigPath, sharedCertsCreated, workDir } from '../shell/work-dir.ts'
import { openReceiver, sealFunction, unsealFunction, type Receiver } from '../shell/sealed.ts'
import { certificatesIn } from './pem.ts'
import { halvesIn, publicHalfFunctions } from './public-half.ts'
import {
  assessSharedCerts,
  sharedFiles,
  type Holder,
  type Knows,
  type SharedCertsAssessment,
  type SharedFile,
  type SharedTexts,
} from './assess-shared-certs.ts'

/** Assesses the shared certificates of the control planes. Rejects with PreconditionError when two hold different ones. */
export async function readSharedCerts(
  { signal }: RecoveryContext,
  cluster: ClusterState,
): Promise<SharedCertsAssessment> {
  const { holders, machines } = await sharedCertsSeen(cluster, signal)
  const { keyless, replaced } = cluster.learned
  const kept = new Map([...(keyless ?? [])].map(([file, { text }]) => [file, text]))
  return assessSharedCerts(holders, machines, new Date(), { kept, ...(replaced ? { replaced } : {}) })
}

/** The shared certificates of the control planes, and the CAs that machines know. */
export async function sharedCertsSeen(
  cluster: ClusterState,
  signal: AbortSignal,
): Promise<{ readonly holders: readonly Holder[]; readonly machines: readonly Knows[] }> {
  const holders = await forEachNode(cluster.controlPlanes, async (host) => ({
    name: host.node.name,
    files: await sharedCertFiles(host, cluster.config.certificatesDir, signal),
  }))
  const machines = cluster.machines.map(({ node: { name }, facts: { knownCas, kubeletCas, podCas } }) => ({
    name,
    known: knownCas,
    trusted: [kubeletCas, ...podCas].flatMap(certificatesIn),
  }))
  return { holders, machines }
}

async function sharedCertFiles(host: NodeState, certificatesDir: string, signal: AbortSignal): Promise<SharedTexts> {
  const script = bash`
${emitFunction}
${publicHalfFunctions}
cd ${certificatesDir} 2>/dev/null || exit 0
for file in ${sharedFiles}; do
  if [ ! -e "$file" ]; then continue; fi
  echo yes | emit "there:$file"
  case $file in
    *.key) add_key_file "$file" "$file" ;;
    *.pub) public_keys_in "$file" | emit "$file" ;;
    *) certificates_in "$file" | emit "$file" ;;
  esac
done
print_halves | emit halves
`
  const { stdout } = await runScript(host.node, 'read the shared certificates', script, { signal })
  const text = parseFields(stdout)
  const halves = halvesIn(text('halves'))
  const textOf = (file: SharedFile) => (file.endsWith('.key') ? (halves.get(file) ?? '') : `${text(file)}\n`)
  return new Map(sharedFiles.flatMap((file) => (text(`there:${file}`) ? [[file, textOf(file)]] : [])))
}

/**
 * Installs on a control plane what it lacks and any other has; wrong files there are backed up. Private keys come sealed from a control
 * plane that has them.
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
    const text = file.endsWith('.key') ? undefined : assessment.wanted.get(file)
    return text === undefined ? [] : [`${file} ${base64(text)}\n`]
  })
  const keys = Map.groupBy(lacking, (file) => assessment.keyHolders.get(file))
  const holders = cluster.controlPlanes.filter(({ node }) => keys.has(node.name))
  const receiver = holders.length > 0 ? await openReceiver(host.node, context.signal) : undefined
  if (receiver) {
    const sealed = await forEachNode(holders, (holder) =>
      sealKeys(holder, { receiver, certificatesDir, files: keys.get(holder.node.name) ?? [] }, context.signal),
    )
    lines.push(...sealed.map((text) => `sealed ${base64(text)}\n`))
  }
  const script = bash`
${backupFunctions(cluster.stamp)}
${receiver ? bash`${unsealFunction(receiver)}trap 'rm -rf ${receiver.directory}' EXIT` : bash``}
mkdir -p ${certificatesDir}/etcd
cd ${certificatesDir}
for file in ${[...wrong.keys()]}; do move_to_backup "$PWD/$file"; done
umask 077
while read -r file text; do
  if [ "$file" = sealed ]; then base64 -d <<< "$text" | unseal; else echo "$file $text"; fi
done | while read -r file text; do
  printf '%s' "$text" | base64 -d > "$file.new"
  case $file in *.key) ;; *) chmod 0644 "$file.new" ;; esac
  mv "$file.new" "$file"
done
`
  const options = { public: true, signal: context.signal, input: lines.join('') }
  const result = await runScript(host.node, 'install the shared certificates', script, options)
  const reasons = new Map([...wrong].map(([file, reason]) => [`${certificatesDir}/${file}`, reason]))
  reportBackups(context, name, result, reasons)
}

const base64 = (text: string) => Buffer.from(text).toString('base64')

/** Private keys of a control plane as lines of a name and base64, sealed. */
async function sealKeys(
  { node }: NodeState,
  {
    receiver,
    certificatesDir,
    files,
  }: { readonly receiver: Receiver; readonly certificatesDir: string; readonly files: readonly SharedFile[] },
  signal: AbortSignal,
): Promise<string> {
  const script = bash`
${sealFunction(receiver)}
cd ${certificatesDir}
for file in ${files}; do
  printf '%s ' "$file"
  base64 -w0 "$file"
  echo
done | seal
`
  return (await runScript(node, 'seal shared keys for another control plane', script, { signal })).stdout
}

/**
 * Lets kubeadm create the missing shared certificates on one control plane; existing ones are kept.
 * @param missing recorded there, for a repair that is run again
 */
export async function createSharedCerts(
  context: RecoveryContext,
  host: NodeState,
  missing: readonly SharedFile[],
): Promise<void> {
  const script = bash`
mkdir -p ${workDir}
printf '%s\n' ${missing} >> ${sharedCertsCreated}
jobs=()
for phase in ca front-proxy-ca etcd-ca sa; do
  kubeadm init phase certs "$phase" --config ${kubeadmConfigPath} >&2 & jobs+=($!)
done
for job in "\${jobs[@]}"; do wait "$job"; done
`
  await runScript(host.node, 'create the shared certificates', script, { public: true, signal: context.signal })
}
