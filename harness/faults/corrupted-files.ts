import type { Loss } from '../model/scenario.ts'
import { keyFileOf, leafCertificates, sharedFiles } from '../observe/control-plane-files.ts'
import { observeMachines, type Patience } from './observe-machines.ts'
import { apiServes } from './proof-parts.ts'
import { proofBy, type ProofPart } from './prove.ts'
import { machinesOn } from './selection.ts'

type Corruption = readonly [how: 'truncated' | 'emptied' | 'swapped' | 'foreign', file: string, other?: string]

/** Below /etc/kubernetes: every certificate of a control plane, and some of what all share. What runs has none of it to read now. */
const corruptions: readonly Corruption[] = [
  ['truncated', 'pki/ca.crt'],
  ['emptied', 'pki/sa.pub'],
  ['swapped', 'pki/front-proxy-ca.key', 'pki/etcd/ca.key'],
  ['foreign', 'pki/etcd/ca.crt'],
  ['truncated', 'pki/apiserver.crt'],
  ['emptied', 'pki/apiserver-kubelet-client.crt'],
  ['swapped', 'pki/front-proxy-client.crt', 'pki/apiserver-etcd-client.crt'],
  ['truncated', 'pki/etcd/server.key'],
  ['foreign', 'pki/etcd/peer.crt'],
  ['emptied', 'pki/etcd/healthcheck-client.crt'],
  ['truncated', 'admin.conf'],
  ['swapped', 'controller-manager.conf', 'scheduler.conf'],
]

/** `foreign`: a certificate of the same name of another cluster, whose key is not here. */
const injectScript = `set -euo pipefail
umask 077
cd /etc/kubernetes
truncated() { truncate -s "$(($(stat -c %s "$1") / 2))" "$1"; }
emptied() { truncate -s 0 "$1"; }
swapped() { mv "$1" "$1.swapped"; mv "$2" "$1"; mv "$1.swapped" "$2"; }
foreign() {
  subject=$(openssl x509 -in "$1" -noout -subject -nameopt compat | sed 's/^subject=//')
  openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "$subject" -keyout /dev/null -out "$1" 2> /dev/null
}
${corruptions.map((words) => words.join(' ')).join('\n')}`

/** Prints what is whole: a pair whose halves fit, a kubeconfig that names its own user and has a key. */
const wholeScript = `cd /etc/kubernetes
pair() {
  case $1 in *.pub) half=$(cat "$1") ;; *) half=$(openssl x509 -in "$1" -noout -pubkey 2> /dev/null) ;; esac
  if [ -n "$half" ] && [ "$half" = "$(openssl pkey -in "$2" -pubout 2> /dev/null)" ]; then echo "$1"; fi
}
config() {
  user=$(sed -n 's/^ *client-certificate-data: //p' "$1" | base64 -d 2> /dev/null | openssl x509 -noout -subject -nameopt compat 2> /dev/null)
  case $user in *"CN=$2"*) if grep -q client-key-data "$1"; then echo "$1"; fi ;; esac
}
${[...sharedFiles, ...Object.keys(leafCertificates)].map((file) => `pair pki/${file} pki/${keyFileOf(file)}`).join('\n')}
config admin.conf kubernetes-admin
config controller-manager.conf system:kube-controller-manager
config scheduler.conf system:kube-scheduler`

/**
 * Files of one control plane truncated, emptied, swapped and of another cluster, as after a full disk or a copy to the wrong place; the
 * others have theirs. What runs goes on with what it has read.
 * @param controlPlane counted from 1
 */
export function corruptedFiles(
  controlPlane: number,
  { port, ...patience }: Patience & { readonly port?: number } = {},
): Loss {
  const on = { controlPlane }
  const proof: readonly ProofPart[] = [
    {
      title: `no certificate fits its key on control plane ${controlPlane}`,
      observe: (context) =>
        observeMachines(context, {
          timeoutMs: 10_000,
          ...patience,
          on,
          event: 'fault.files-observed',
          script: wholeScript,
          left: (files) => `${files.join(', ')} still whole`,
          gone: 'no certificate fits its key',
        }),
    },
    apiServes(port),
  ]
  return {
    id: `corrupted-files:${controlPlane}`,
    title: `certificates, keys and kubeconfigs damaged on control plane ${controlPlane}`,
    provedBy: proof.map(({ title }) => title),
    replaces: ['copied-files', 'control-plane-certificates', 'kubeconfigs'],
    replacesOn: controlPlane,
    supports: ({ controlPlanes }) =>
      controlPlanes === 1 || controlPlane > controlPlanes
        ? { ok: false, reason: 'there is no other control plane that has whole files' }
        : { ok: true },
    async inject({ cluster, journal, signal }) {
      for (const machine of machinesOn(cluster, on)) {
        await machine.exec(['bash', '-c', injectScript], { timeoutMs: 30_000, signal })
        for (const [how, ...files] of corruptions)
          for (const file of files)
            journal.append({
              type: 'fault.file-corrupted',
              node: machine.name,
              path: `/etc/kubernetes/${file ?? ''}`,
              how,
            })
      }
    },
    prove: (context) => proofBy(proof, context),
  }
}
