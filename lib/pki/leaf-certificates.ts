import { isManifest } from '../as-it-ran.ts'
import { bash, runScript, type Script } from '../bash.ts'
import { factFunction, factsIn } from '../facts.ts'
import { hasJoined, renameAsJoined } from '../kubelet-conf.ts'
import { makeManifests, prepareManifests } from '../manifests.ts'
import { reportSetAside, setAsideFunctions } from '../set-aside.ts'
import type { Host, Site } from '../site.ts'
import { components } from '../static-pods.ts'
import type { RecoveryContext } from '../step.ts'
import { kubeadmConfigPath, preparedManifestsDir } from '../work-dir.ts'
import { kubeconfigs, leaves, wrongLeaves, type WrongFile } from './judge-leaves.ts'

/**
 * The certificates, kubeconfigs and prepared manifests of a control plane that must be made (anew). Private keys are
 * read, since only they tell whether they fit: they stay in memory and in no record.
 */
export async function wrongFiles(host: Host, site: Site, signal: AbortSignal): Promise<WrongFile[]> {
  const { certificatesDir } = site.config
  const authorities = ['ca.crt', 'front-proxy-ca.crt', 'etcd/ca.crt']
  const certificates = leaves.flatMap(([file]) => [file, file.replace(/crt$/, 'key')])
  const script = bash`
${factFunction}
for file in ${[...authorities, ...certificates]}; do
  { cat ${certificatesDir}/"$file" 2>/dev/null || true; } | fact "$file"
done
for file in ${kubeconfigs}; do
  if [ -e /etc/kubernetes/"$file" ]; then echo yes | fact "there:$file"; fi
  { cat /etc/kubernetes/"$file" 2>/dev/null || true; } | fact "$file"
done
for file in ${components}; do
  if [ -e ${host.facts.manifestsDir}/"$file.yaml" ]; then echo yes | fact "there:$file"; fi
  { cat ${host.facts.manifestsDir}/"$file.yaml" 2>/dev/null || true; } | fact "manifest:$file"
  if [ ${preparedManifestsDir}/"$file.yaml" -nt ${kubeadmConfigPath} ]; then echo yes | fact "$file"; fi
done
`
  const title = 'see which certificates are there'
  const text = factsIn((await runScript(host.node, title, script, { signal, secret: true })).stdout)
  const unprepared = components.filter((component) => !text(component))
  // kubelet runs nothing of these, and another step would take them for manifests that it runs.
  const damaged = components.filter(
    (component) => text(`there:${component}`) !== '' && !isManifest(text(`manifest:${component}`)),
  )
  const { address, node, facts } = host
  return [
    ...wrongLeaves(text, { name: node.name, address }, certificatesDir, new Date()),
    ...damaged.map((component): WrongFile => ({
      path: `${facts.manifestsDir}/${component}.yaml`,
      problem: 'unreadable',
    })),
    ...unprepared.map((component): WrongFile => ({
      path: `${preparedManifestsDir}/${component}.yaml`,
      problem: 'missing',
    })),
  ]
}

/** The three kubeadm jobs run side by side, since each is mostly one thread making keys. */
export async function issueCertificates(
  context: RecoveryContext,
  site: Site,
  host: Host,
  wrong: readonly WrongFile[],
): Promise<void> {
  const isWrong = (file: string) => wrong.some(({ path }) => path === `/etc/kubernetes/${file}`)
  // A control plane that joined has no super-admin.conf: it opens everything, so it is made nowhere where it was not.
  const joined = hasJoined(host)
  const unwanted = joined && !isWrong('super-admin.conf') ? ['/etc/kubernetes/super-admin.conf'] : []
  const script = bash`
kubeadm init phase certs all --config ${kubeadmConfigPath} >&2 & certs=$!
(
new=()
for file in ${unwanted}; do if [ ! -e "$file" ]; then new+=("$file"); fi; done
kubeadm init phase kubeconfig all --config ${kubeadmConfigPath} >&2
rm -f "\${new[@]}"
${joined && isWrong('kubelet.conf') ? renameAsJoined(host) : bash``}
) & kubeconfigs=$!
(
${makeManifests(host)}
) & manifests=$!
wait "$certs"
wait "$kubeconfigs"
wait "$manifests"
`
  await makeAnew(context, { site, host, wrong, title: 'issue certificates and kubeconfigs', script })
}

/** Only what etcd's CA signs for etcd itself, and the manifests; for a control plane that lacks the other CAs as yet. */
export async function issueEtcdLeaves(
  context: RecoveryContext,
  site: Site,
  host: Host,
  wrong: readonly WrongFile[],
): Promise<void> {
  const script = bash`
for phase in etcd-server etcd-peer etcd-healthcheck-client; do
  kubeadm init phase certs "$phase" --config ${kubeadmConfigPath} >&2
done
${makeManifests(host)}
`
  await makeAnew(context, { site, host, wrong, title: "issue etcd's certificates", script })
}

interface Making {
  readonly site: Site
  readonly host: Host
  readonly wrong: readonly WrongFile[]
  readonly title: string
  readonly script: Script
}

/** Sets wrong files aside, then lets kubeadm make what is missing; it keeps what is there. */
async function makeAnew(context: RecoveryContext, { site, host, wrong, title, script }: Making): Promise<void> {
  const aside = wrong.flatMap(({ path }) => (path.endsWith('.crt') ? [path, path.replace(/crt$/, 'key')] : [path]))
  const whole = bash`
${setAsideFunctions(site.stamp)}
set_aside ${aside}
${script}
`
  const result = await runScript(host.node, title, whole, { signal: context.signal })
  const reasons = new Map(wrong.map(({ path, problem }) => [path, problem]))
  reportSetAside(context, host.node.name, result, reasons)
  await prepareManifests(host, result.stdout, context.signal)
}
