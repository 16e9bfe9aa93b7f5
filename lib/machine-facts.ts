import { X509Certificate } from 'node:crypto'
import { parse } from 'yaml'
import { bash, runScript } from './bash.ts'
import { factFunction, factsIn } from './facts.ts'
import { isObject, objectAt, stringAt, type Json, type OperatorConfig } from './kubeadm/operator-config.ts'
import { requiredFiles } from './kubeadm/required-files.ts'
import type { Node } from './node.ts'

/** What a machine says about itself before anything is changed. */
export interface MachineFacts {
  /** Global addresses of its interfaces. */
  readonly addresses: readonly string[]
  /** `--node-ip` of its kubelet. */
  readonly nodeIp?: string
  /** The address that its default route starts from. */
  readonly routeAddress?: string
  /** Whose certificate its kubelet holds: `system:node:<name>`. */
  readonly kubeletUser?: string
  /** Where its kubelet looks for static pods. */
  readonly manifestsDir: string
  /** The CA file by which its kubelet knows its callers. */
  readonly clientCaFile: string
  /** Its kubelet asks for a new client certificate before the old one expires; kubeadm's own setting. */
  readonly rotatesCertificates: boolean
  /** Its kubelet asks the cluster for its serving certificate (serverTLSBootstrap), which somebody must approve. */
  readonly servesByRequest: boolean
  /** An etcd member lives here. */
  readonly hasEtcdMember: boolean
  /** Files named by the configuration that are not there. */
  readonly missingFiles: readonly string[]
  /** The files that these facts come from. */
  readonly filesRead: readonly string[]
}

const flagFiles = ['/var/lib/kubelet/kubeadm-flags.env', '/etc/default/kubelet', '/etc/sysconfig/kubelet'] as const
const clientCertificate = '/var/lib/kubelet/pki/kubelet-client-current.pem'
const configFile = '/var/lib/kubelet/config.yaml'

/** Reads, changes nothing. One script, because a round trip costs more than all of it. */
export async function machineFacts(node: Node, config: OperatorConfig, signal: AbortSignal): Promise<MachineFacts> {
  const required = node.role === 'control-plane' ? requiredFiles(config) : []
  const script = bash`
${factFunction}
{ ip -j addr show scope global || true; } | fact addresses
{ ip -j route get 192.0.2.1 || ip -6 -j route get 2001:db8::1 || true; } 2>/dev/null | fact route
{ cat ${flagFiles} || true; } 2>/dev/null | fact kubelet-flags
{ cat ${configFile} || true; } | fact kubelet-config
for path in ${[...flagFiles, configFile]}; do if [ -s "$path" ]; then echo "$path"; fi; done | fact files-read
{ sed -n '/BEGIN CERTIFICATE/,/END CERTIFICATE/p' ${clientCertificate} || true; } 2>/dev/null | fact kubelet-certificate
if [ -d ${config.etcdDataDir}/member ]; then echo present; fi | fact etcd-member
for path in ${required}; do
  if [ ! -s "$path" ] && [ ! -d "$path" ]; then echo "$path"; fi
done | fact missing-files
`
  const { stdout } = await runScript(node, 'look around', script, { signal })
  return readFacts(stdout, config)
}

/** The facts in the script's output. */
export function readFacts(output: string, config: OperatorConfig): MachineFacts {
  const text = factsIn(output)
  const kubelet = readObject(text('kubelet-config'))
  const nodeIp = /--node-ip[= ]"?([^\s",]+)/.exec(text('kubelet-flags'))?.[1]
  const routeAddress = list(text('route')).map((route) => stringAt(route, 'prefsrc'))[0]
  const kubeletUser = commonName(text('kubelet-certificate'))
  return {
    addresses: list(text('addresses')).flatMap((link) =>
      (Array.isArray(link['addr_info']) ? link['addr_info'].filter(isObject) : []).flatMap(
        (info) => stringAt(info, 'local') ?? [],
      ),
    ),
    ...(nodeIp === undefined ? {} : { nodeIp }),
    ...(routeAddress === undefined ? {} : { routeAddress }),
    ...(kubeletUser === undefined ? {} : { kubeletUser }),
    manifestsDir: stringAt(kubelet, 'staticPodPath') ?? '/etc/kubernetes/manifests',
    clientCaFile:
      stringAt(objectAt(objectAt(kubelet, 'authentication'), 'x509'), 'clientCAFile') ??
      `${config.certificatesDir}/ca.crt`,
    rotatesCertificates: kubelet['rotateCertificates'] === true,
    servesByRequest: kubelet['serverTLSBootstrap'] === true,
    hasEtcdMember: text('etcd-member') !== '',
    missingFiles: text('missing-files').split('\n').filter(Boolean),
    filesRead: text('files-read').split('\n').filter(Boolean),
  }
}

function list(json: string): Json[] {
  const parsed: unknown = json === '' ? [] : JSON.parse(json)
  return Array.isArray(parsed) ? parsed.filter(isObject) : []
}

function readObject(yaml: string): Json {
  const parsed: unknown = parse(yaml)
  return isObject(parsed) ? parsed : {}
}

function commonName(pem: string): string | undefined {
  if (pem === '') return undefined
  return /^CN=(.*)$/m.exec(new X509Certificate(pem).subject)?.[1]
}
