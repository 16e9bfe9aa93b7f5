import { bash, runScript } from '../shell/bash.ts'
import { factFunction, factsIn } from '../shell/script-output.ts'
import { onEach } from '../engine/for-each-node.ts'
import { reportSetAside, setAsideFunctions } from '../shell/backup.ts'
import type { Host, Site } from '../preflight/survey.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { kubeadmConfigPath } from '../shell/work-dir.ts'
import {
  judgeAuthorities,
  sharedFiles,
  type AuthorityVerdict,
  type SharedFile,
  type SharedTexts,
} from './assess-shared-certs.ts'

/**
 * What the control planes have of the authorities, judged. Private keys are read, since only they tell whether they
 * fit: they stay in memory and in no record. Rejects with GateError when two hold different ones.
 */
export async function lookAtAuthorities({ signal }: RecoveryContext, site: Site): Promise<AuthorityVerdict> {
  const holders = await onEach(site.controlPlanes, async (host) => ({
    name: host.node.name,
    files: await authorityFiles(host, site.config.certificatesDir, signal),
  }))
  const known = site.machines.flatMap(({ facts }) => facts.authoritiesSeen)
  return judgeAuthorities(holders, known, new Date())
}

async function authorityFiles(host: Host, certificatesDir: string, signal: AbortSignal): Promise<SharedTexts> {
  const script = bash`
${factFunction}
cd ${certificatesDir} 2>/dev/null || exit 0
for file in ${sharedFiles}; do
  if [ -e "$file" ]; then
    echo yes | fact "there:$file"
    fact "$file" < "$file"
  fi
done
`
  const { stdout } = await runScript(host.node, 'see which authorities are there', script, { signal, secret: true })
  const text = factsIn(stdout)
  return new Map(sharedFiles.flatMap((file) => (text(`there:${file}`) ? [[file, `${text(file)}\n`]] : [])))
}

/**
 * Brings to a control plane what it lacks and any other has, in place of what is wrong there, which is set aside.
 * @param only what to bring; what is wrong goes all the same
 */
export async function bringAuthorities(
  context: RecoveryContext,
  { site, host, verdict }: { readonly site: Site; readonly host: Host; readonly verdict: AuthorityVerdict },
  only: readonly SharedFile[] = sharedFiles,
): Promise<void> {
  const { name } = host.node
  const { certificatesDir } = site.config
  const wrong = verdict.wrong.get(name) ?? new Map<SharedFile, string>()
  const lacking = (verdict.lacking.get(name) ?? []).filter((file) => only.includes(file))
  const lines = lacking.flatMap((file) => {
    const text = verdict.wanted.get(file)
    return text === undefined ? [] : [`${file} ${Buffer.from(text).toString('base64')}\n`]
  })
  const script = bash`
${setAsideFunctions(site.stamp)}
mkdir -p ${certificatesDir}/etcd
cd ${certificatesDir}
for file in ${[...wrong.keys()]}; do set_aside "$PWD/$file"; done
umask 077
while read -r file text; do
  base64 -d <<< "$text" > "$file.new"
  case $file in *.key) ;; *) chmod 0644 "$file.new" ;; esac
  mv "$file.new" "$file"
done
`
  const options = { signal: context.signal, secret: true, input: lines.join('') }
  const result = await runScript(host.node, 'install the authorities', script, options)
  const reasons = new Map([...wrong].map(([file, reason]) => [`${certificatesDir}/${file}`, reason]))
  reportSetAside(context, name, result, reasons)
}

/** Lets kubeadm make what is missing of the authorities on one control plane; what is there stays. */
export async function makeAuthorities(context: RecoveryContext, host: Host): Promise<void> {
  const script = bash`
jobs=()
for phase in ca front-proxy-ca etcd-ca sa; do
  kubeadm init phase certs "$phase" --config ${kubeadmConfigPath} >&2 & jobs+=($!)
done
for job in "\${jobs[@]}"; do wait "$job"; done
`
  await runScript(host.node, 'make the authorities', script, { signal: context.signal })
}
