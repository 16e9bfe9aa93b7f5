import { bash, runScript, type Script } from '../bash.ts'
import { factFunction, factsIn } from '../facts.ts'
import { makeManifests, prepareManifests } from '../manifests.ts'
import { reportSetAside, setAsideFunctions } from '../set-aside.ts'
import type { Host, Site } from '../site.ts'
import { components } from '../static-pods.ts'
import type { RecoveryContext } from '../step.ts'
import { kubeadmConfigPath, preparedManifestsDir } from '../work-dir.ts'
import { certificateProblem, type CertificateProblem } from './certificate-problem.ts'
import { sameCertificate } from './pem.ts'

/** Certificates that kubeadm issues on every control plane, and the CA of each, below the certificates' directory. */
const leaves = [
  ['apiserver.crt', 'ca.crt'],
  ['apiserver-kubelet-client.crt', 'ca.crt'],
  ['front-proxy-client.crt', 'front-proxy-ca.crt'],
  ['apiserver-etcd-client.crt', 'etcd/ca.crt'],
  ['etcd/server.crt', 'etcd/ca.crt'],
  ['etcd/peer.crt', 'etcd/ca.crt'],
  ['etcd/healthcheck-client.crt', 'etcd/ca.crt'],
] as const

const authorities = ['ca.crt', 'front-proxy-ca.crt', 'etcd/ca.crt'] as const

/** super-admin.conf is made by kubeadm 1.29 and later only, so it is no fault when it is missing. */
const kubeconfigs = ['admin.conf', 'kubelet.conf', 'controller-manager.conf', 'scheduler.conf'] as const

export interface WrongFile {
  readonly path: string
  readonly problem: CertificateProblem | 'trusts another CA' | 'without its key'
}

/**
 * The certificates, kubeconfigs and prepared manifests of a control plane that must be made (anew). Reads public
 * parts only.
 */
export async function wrongFiles(host: Host, site: Site, signal: AbortSignal): Promise<WrongFile[]> {
  const { certificatesDir } = site.config
  const certificates = [...authorities, ...leaves.map(([file]) => file)]
  const script = bash`
${factFunction}
public() { sed -n "s/^ *$1: //p" /etc/kubernetes/"$2" 2>/dev/null | base64 -d || true; }
for file in ${certificates}; do
  { cat ${certificatesDir}/"$file" 2>/dev/null || true; } | fact "$file"
  if [ -s ${certificatesDir}/"\${file%.crt}.key" ]; then echo yes | fact "key-of:$file"; fi
done
for file in ${kubeconfigs}; do
  public certificate-authority-data "$file" | fact "ca-of:$file"
  public client-certificate-data "$file" | fact "$file"
  if grep -qs '^ *client-certificate: ' /etc/kubernetes/"$file"; then echo yes | fact "rotated:$file"; fi
done
for file in ${components}; do
  if [ ${preparedManifestsDir}/"$file.yaml" -nt ${kubeadmConfigPath} ]; then echo yes | fact "$file"; fi
done
`
  const { stdout } = await runScript(host.node, 'see which certificates are there', script, { signal })
  return problemsIn(factsIn(stdout), certificatesDir, new Date())
}

/** Judges what a control plane has; `text` gives a certificate's PEM, or '' where there is none. */
export function problemsIn(text: (name: string) => string, certificatesDir: string, now: Date): WrongFile[] {
  const wrongLeaves = leaves.flatMap(([file, ca]): WrongFile[] => {
    const problem =
      certificateProblem(text(file), text(ca), now) ?? (text(`key-of:${file}`) ? undefined : 'without its key')
    return problem ? [{ path: `${certificatesDir}/${file}`, problem }] : []
  })
  const wrongConfigs = kubeconfigs.flatMap((file): WrongFile[] => {
    const trusts = text(`ca-of:${file}`)
    const path = `/etc/kubernetes/${file}`
    if (trusts !== '' && !sameCertificate(trusts, text('ca.crt'))) return [{ path, problem: 'trusts another CA' }]
    if (trusts !== '' && text(`rotated:${file}`)) return []
    const problem = certificateProblem(text(file), text('ca.crt'), now)
    return problem ? [{ path, problem }] : []
  })
  const unprepared = components.filter((component) => !text(component))
  return [
    ...wrongLeaves,
    ...wrongConfigs,
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
  const trustChanged = wrong.some(({ problem }) => problem === 'trusts another CA')
  const script = bash`
set_aside ${trustChanged ? ['/etc/kubernetes/super-admin.conf'] : []}
kubeadm init phase certs all --config ${kubeadmConfigPath} >&2 & certs=$!
kubeadm init phase kubeconfig all --config ${kubeadmConfigPath} >&2 & kubeconfigs=$!
(
${makeManifests}
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
${makeManifests}
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
  reportSetAside(context, host.node.name, result)
  await prepareManifests(host, result.stdout, context.signal)
}
