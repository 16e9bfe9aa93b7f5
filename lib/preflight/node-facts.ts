import { bash, runScript } from '../shell/bash.ts'
import { emitFunction, linesOf, parseFields } from '../shell/script-output.ts'
import { isObject, objectAt, objectIn, objectsAt, stringAt } from '../engine/json.ts'
import { keyIdOfHeader } from '../api/tokens.ts'
import type { Json, NodeFacts } from '../model.ts'
import type { Node } from '../node.ts'
import { currentClientCertificate } from '../pki/assess-leaf-certs.ts'
import { kubeconfigFunctions } from '../pki/kubelet-conf.ts'
import { kubeletConfigFile as configFile } from '../kubelet/kubelet.ts'
import { certificatesIn, commonName } from '../pki/pem.ts'
import { knownCasPath, sharedCertsCreated, stoppedManifestsDir, workDir } from '../shell/work-dir.ts'

const flagFiles = ['/var/lib/kubelet/kubeadm-flags.env', '/etc/default/kubelet', '/etc/sysconfig/kubelet'] as const
const instanceFile = '/var/lib/kubelet/instance-config.yaml'
const defaultRoot = '/var/lib/kubelet'
const kubeletConf = '/etc/kubernetes/kubelet.conf'
const bootstrapConf = '/etc/kubernetes/bootstrap-kubelet.conf'
/** Where kubeadm's unit of kubelet has them; '' for what it does not have. */
const standardPaths = {
  config: configFile,
  'config-dir': '',
  kubeconfig: kubeletConf,
  'cert-dir': '/var/lib/kubelet/pki',
} as const
const endOfBundle = 'end-of-bundle'
/** Beside what kubelet and kubeadm need themselves. Private keys are judged, and sealed for other machines, by openssl. */
const neededTools = ['openssl']

/**
 * Prints the last `--root-dir` in the input, without a slash at its end; nothing where there is none. Takes the arguments of a kubelet,
 * each in a line of its own, and as well what systemd makes them of: environment files and settings of the unit.
 */
export const rootDirIn = bash`sed '/^ *#/d' | tr -s ' ="' '\n' |
  awk 'named { root = $0 } { named = /^--?root-dir$/ } END { sub("/*$", "", root); print root }'`

/**
 * Reads, changes nothing. One script, because a round trip costs more than all of it.
 * @param etcdDataDir etcd's data directory in the configuration; found elsewhere if it is not there
 */
export async function readNodeFacts(node: Node, etcdDataDir: string, signal: AbortSignal): Promise<NodeFacts> {
  const elsewhere = node.role === 'control-plane' ? ['/var', '/srv', '/opt', '/data', '/mnt'] : []
  const script = bash`
shopt -s nullglob
${emitFunction}
date +%s%3N | emit clock
{ ip -j addr show scope global || true; } | emit addresses
{ ip -j route get 192.0.2.1 || ip -6 -j route get 2001:db8::1 || true; } 2>/dev/null | emit route
{ cat ${flagFiles} || true; } 2>/dev/null | emit kubelet-flags
pid=$(systemctl show kubelet --property MainPID --value 2>/dev/null || true)
kubelet_args() { tr '\0' '\n' < "/proc/\${pid:-0}/cmdline"; }
{ kubelet_args || true; } 2>/dev/null | emit kubelet-args
# Where it does not run, what it will be started with. Its pods are there, and nothing else that a repair needs.
root=$({ kubelet_args || { systemctl show kubelet --property Environment,ExecStart; cat ${flagFiles}; } || true; } 2>/dev/null | ${rootDirIn})
root=\${root:-${defaultRoot}}
echo "$root" | emit kubelet-root
# Any answer will do: one that only serves whom it knows says 401.
{ pid=$(pgrep -x -n kube-apiserver) && port=$(tr '\0' '\n' < "/proc/$pid/cmdline" | sed -n 's/^--secure-port=//p') &&
  curl --silent --insecure --max-time 3 --output /dev/null --write-out '%{http_code}' "https://127.0.0.1:\${port:-6443}/livez"; } 2>/dev/null |
  emit api-status || true
{ cat ${configFile} 2>/dev/null || true; } | emit kubelet-config
if [ ! -s ${configFile} ] && { [ "\${pid:-0}" = 0 ] || kubelet_args | grep -q '^--config'; }; then echo yes | emit no-kubelet-config; fi
{ cat ${instanceFile} || true; } 2>/dev/null | emit kubelet-instance
{ sed -n '/BEGIN CERTIFICATE/,/END CERTIFICATE/p' ${currentClientCertificate} || true; } 2>/dev/null | emit kubelet-certificate
{ sed -n 's/^ *server: //p' ${kubeletConf} || true; } 2>/dev/null | emit kubelet-server
find_etcd() {
  if [ -d ${etcdDataDir}/member ]; then echo ${etcdDataDir}; return; fi
  for root in ${elsewhere}; do
    find "$root" -xdev -maxdepth 6 -path '*/member/snap/db' -printf '%h\n' 2>/dev/null | sed 's#/member/snap$##' || true
  done | head -n 1
}
find_etcd | emit etcd-data-dir
client_ca=$(sed -n 's/^ *clientCAFile: *//p' ${configFile} 2>/dev/null | tr -d '"' || true)
for path in ${[...flagFiles, configFile, instanceFile, currentClientCertificate, kubeletConf]} \${client_ca:-/etc/kubernetes/pki/ca.crt}; do
  if [ -s "$path" ]; then echo "$path"; fi
done | emit files-read
${kubeconfigFunctions}
kubelet_cas() { embedded ${kubeletConf} certificate-authority-data; named ${kubeletConf} certificate-authority; }
pod_cas() {
  { md5sum "$root"/pods/*/volumes/kubernetes.io~projected/kube-api-access-*/ca.crt < /dev/null 2>/dev/null || true; } |
    sort -u -k 1,1 | cut -c 35- | while read -r file; do { cat "$file" || true; } 2>/dev/null; echo ${endOfBundle}; done
}
if [ -n "$(find ${stoppedManifestsDir} -name '*.yaml' 2>/dev/null || true)" ]; then echo yes | emit stopped; fi
{ cat ${sharedCertsCreated} 2>/dev/null || true; } | emit created
{ cat ${knownCasPath} 2>/dev/null || true; } | emit recorded-cas
kubelet_cas | emit kubelet-cas
pod_cas | emit pod-cas
# The header of a token says which key signed it, and is no secret.
{ sed -s -n '1s/\..*//p' "$root"/pods/*/volumes/kubernetes.io~projected/kube-api-access-*/token < /dev/null 2>/dev/null || true; } |
  sort -u | emit token-headers
{
  cat \${client_ca:-/etc/kubernetes/pki/ca.crt} ${knownCasPath} || true
  kubelet_cas
  pod_cas
} 2>/dev/null | awk '/BEGIN CERT/ { pem = "" } { pem = pem $0 "\n" } /END CERT/ && !seen[pem]++ { printf "%s", pem }' |
  emit known-cas
for dir in /etc/kubernetes ${workDir} ${defaultRoot} "$root" ${etcdDataDir}; do
  at=$dir
  while [ ! -e "$at" ]; do at=$(dirname "$at"); done
  printf '%s %s\n' "$(df -Pk "$at" | awk 'NR == 2 { print $4 }')" "$dir"
done | emit free
for tool in ${neededTools}; do if ! command -v "$tool" > /dev/null; then echo "$tool"; fi; done | emit missing-tools
`
  const { stdout } = await runScript(node, 'read node facts', script, { signal })
  return parseNodeFacts(stdout)
}

/** The facts in the script's output. */
export function parseNodeFacts(output: string): NodeFacts {
  const text = parseFields(output)
  const kubelet = readObject(text('kubelet-config'))
  const arg = argumentsOf(linesOf(text('kubelet-args')))
  const nodeIps = wordsIn(arg('node-ip'))
  const nodeIp = nodeIps[0] ?? lastNodeIp(text('kubelet-flags'))
  const socket =
    arg('container-runtime-endpoint') ??
    stringAt(readObject(text('kubelet-instance')), 'containerRuntimeEndpoint') ??
    stringAt(kubelet, 'containerRuntimeEndpoint') ??
    /--container-runtime-endpoint[= ]"?([^\s",]+)/.exec(text('kubelet-flags'))?.[1]
  const manifestsDir = arg('pod-manifest-path') ?? stringAt(kubelet, 'staticPodPath') ?? '/etc/kubernetes/manifests'
  const clientCaFile =
    arg('client-ca-file') ??
    stringAt(objectAt(objectAt(kubelet, 'authentication'), 'x509'), 'clientCAFile') ??
    '/etc/kubernetes/pki/ca.crt'
  const routeAddress = list(text('route')).map((route) => stringAt(route, 'prefsrc'))[0]
  const ownAddresses = [...nodeIps, nodeIp, routeAddress]
  const addressInfos = list(text('addresses')).flatMap((link) => objectsAt(link, 'addr_info'))
  return {
    virtualAddresses: addressesIn(addressInfos.filter(isVirtual)).filter((address) => !ownAddresses.includes(address)),
    addresses: addressesIn(addressInfos),
    ...some('nodeIp', nodeIp),
    ...some('routeAddress', routeAddress),
    ...some('kubeletUser', commonName(text('kubelet-certificate'))),
    ...some('kubeletServer', text('kubelet-server').replaceAll('"', '').split('\n')[0]),
    ...some('criSocket', socket),
    otherPaths: Object.entries(standardPaths).flatMap(([name, standard]) => {
      const path = arg(name)
      return path === undefined || path === standard ? [] : [`--${name}=${path}`]
    }),
    kubeletFiles: lostFilesIn(text('kubelet-args'), text('kubelet-flags'), text('kubelet-config')).filter(
      (path) => ![manifestsDir, clientCaFile, kubeletConf, bootstrapConf].includes(path),
    ),
    servesApi: /^[1-9]/.test(text('api-status')),
    kubeletRoot: text('kubelet-root') === '' ? defaultRoot : text('kubelet-root'),
    manifestsDir,
    clientCaFile,
    rotatesCertificates: kubelet['rotateCertificates'] === true,
    servesByRequest: kubelet['serverTLSBootstrap'] === true,
    ...some('etcdDataDir', text('etcd-data-dir')),
    knownCas: certificatesIn(text('known-cas')),
    lacksKubeletConfig: text('no-kubelet-config') !== '',
    isStopped: text('stopped') !== '',
    created: linesOf(text('created')),
    recordedCas: certificatesIn(text('recorded-cas')),
    kubeletCas: text('kubelet-cas'),
    podCas: text('pod-cas')
      .split(endOfBundle)
      .filter((bundle) => bundle.trim() !== ''),
    tokenKeyIds: linesOf(text('token-headers')).flatMap((header) => keyIdOfHeader(header) ?? []),
    ...(text('clock') === '' ? {} : { clockMs: Number(text('clock')) }),
    freeKib: new Map(
      linesOf(text('free')).map((line) => [
        line.slice(line.indexOf(' ') + 1),
        Number(line.slice(0, line.indexOf(' '))),
      ]),
    ),
    missingTools: linesOf(text('missing-tools')),
    filesRead: linesOf(text('files-read')),
  }
}

const addressesIn = (infos: readonly Json[]) => infos.flatMap((info) => stringAt(info, 'local') ?? [])

/**
 * Whether an address looks like one that was added to an interface by a program that moves it between machines: it is alone in its subnet,
 * or an additional one of its subnet, and no DHCP server or router gave it. Some clouds give machines a /32, by DHCP.
 */
const isVirtual = ({ prefixlen, secondary, dynamic, family }: Json): boolean =>
  dynamic !== true && (secondary === true || prefixlen === (family === 'inet6' ? 128 : 32))

/** Paths in texts below the directory that may be lost; a comment is no text. */
const lostFilesIn = (...texts: readonly string[]): string[] => [
  ...new Set(
    texts
      .flatMap((text) => text.split('\n'))
      .filter((line) => !/^\s*#/.test(line))
      .flatMap((line) => line.match(/\/etc\/kubernetes\/[\w./-]*\w/g) ?? []),
  ),
]

const wordsIn = (list = '') => list.split(',').filter(Boolean)

/** Of flags in several files the last one counts. */
const lastNodeIp = (flags: string): string | undefined => [...flags.matchAll(/--node-ip[= ]"?([^\s",]+)/g)].at(-1)?.[1]

/** What a kubelet was started with: `--name=value` in one word, or in two. The last one counts. */
function argumentsOf(words: readonly string[]): (name: string) => string | undefined {
  const found = new Map(
    words.flatMap((word, index) => {
      const [, name = '', value = words[index + 1] ?? ''] = /^--?([a-z-]+)(?:=(.*))?$/.exec(word) ?? []
      return name === '' ? [] : [[name, value] as const]
    }),
  )
  return (name) => found.get(name)
}

/** The key with its value, or nothing where there is none. */
function some<K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> {
  return value === undefined || value === '' ? {} : ({ [key]: value } as Record<K, string>)
}

function list(json: string): Json[] {
  const parsed: unknown = json === '' ? [] : JSON.parse(json)
  return Array.isArray(parsed) ? parsed.filter(isObject) : []
}

const readObject = (yaml: string): Json => objectIn(yaml) ?? {}
