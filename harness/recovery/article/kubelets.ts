import { bash, runScript } from '../../../lib/shell/bash.ts'
import { forEachNode } from '../../../lib/engine/for-each-node.ts'
import { CommandError } from '../../../lib/engine/errors.ts'
import { heartbeats } from '../../../lib/kubelet/heartbeats.ts'
import { askApi, kubeFunction } from '../../../lib/api/kube-api.ts'
import type { Step } from '../../../lib/engine/step.ts'
import { waitFor, waitUntilNone } from '../../../lib/engine/wait.ts'
import { workDir } from '../../../lib/shell/work-dir.ts'
import { articleConfigPath } from './kubeadm-file.ts'

/** On the first control plane: the arguments of `kubeadm join`. They hold the token, so they are in no record. */
const joinFile = `${workDir}/article-join`

export const controlPlaneKubelets: Step = {
  id: 'article-control-plane-kubelets',
  title: 'Give the kubelets of the control planes a new identity',
  async run(cluster, context) {
    const script = bash`
systemctl stop kubelet
rm -rf /var/lib/kubelet/pki/ /etc/kubernetes/kubelet.conf
kubeadm init phase kubeconfig kubelet --config ${articleConfigPath}
kubeadm init phase kubelet-start --config ${articleConfigPath}
`
    await forEachNode(cluster.controlPlanes, ({ node }) =>
      runScript(node, 'give kubelet a new identity', script, { signal: context.signal, timeoutMs: 120_000 }),
    )
  },
}

/** A join reads cluster-info, which the controller manager signs for the token. */
export const joinToken: Step = {
  id: 'article-join-token',
  title: 'Create a join token, and wait until the controller manager has signed cluster-info for it',
  async run(cluster, context) {
    const { first } = cluster
    const { signal } = context
    const create = bash`
umask 077
join=$(kubeadm token create --print-join-command)
printf '%s\n' "\${join#kubeadm join }" > ${joinFile}
`
    await runScript(first.node, 'create a join token', create, { signal })
    const signed = bash`
${kubeFunction(first, cluster)}
id=$(sed -n 's/.*--token \([a-z0-9]*\)[.].*/\1/p' ${joinFile})
kube get configmap --namespace kube-public cluster-info --output go-template \
  --template '{{range $name, $value := .data}}{{$name}}{{"\n"}}{{end}}' | grep --fixed-strings --line-regexp --quiet "jws-kubeconfig-$id"
`
    await waitFor(
      'the controller manager signs cluster-info',
      () => runScript(first.node, 'check whether cluster-info is signed', signed, { signal }),
      { timeoutMs: 120_000, intervalMs: 500, signal },
    )
  },
}

/** Not in the article: kubeadm refuses to join a Node that is still Ready, so a patient operator waits until it is not. */
export const awaitNotReady: Step = {
  id: 'article-await-not-ready',
  title: 'Wait until the controller manager has marked the workers NotReady',
  async run(cluster, context) {
    const { signal } = context
    const ready = async () => {
      const seen = await heartbeats(cluster, signal)
      return cluster.workers.map(({ node }) => node.name).filter((name) => seen.get(name)?.ready === true)
    }
    await waitUntilNone('the workers are NotReady', ready, { timeoutMs: 240_000, intervalMs: 1000, signal })
  },
}

/** One by one, as by hand. kubeadm prints a hint after its error, so the error is picked out of its output. */
export const joinWorkers: Step = {
  id: 'article-join-workers',
  title: 'Rejoin the workers: kubeadm join phase kubelet-start',
  async run(cluster, context) {
    const { signal } = context
    const read = bash`cat ${joinFile}`
    const { stdout } = await runScript(cluster.first.node, 'read the join command', read, { signal })
    const script = bash`
read -r join
systemctl stop kubelet
rm -rf /var/lib/kubelet/pki/ /etc/kubernetes/pki/ /etc/kubernetes/kubelet.conf
if said=$(kubeadm join phase kubelet-start $join 2>&1); then exit 0; fi
echo "$said"
{ grep -i '^error' <<< "$said" || tail -n 3 <<< "$said"; } | head -n 1 >&2
exit 1
`
    for (const { node } of cluster.workers) {
      const options = { signal, input: stdout, timeoutMs: 360_000 }
      await runScript(node, 'kubeadm join phase kubelet-start', script, options).catch((cause: unknown) => {
        const said = cause instanceof CommandError ? cause.result.stderr.trim() : String(cause)
        throw new Error(`kubeadm join phase kubelet-start on ${node.name}: ${said.replace(/^error: /i, '')}`)
      })
    }
  },
}

export const stopControllerManager: Step = {
  id: 'article-stop-controller-manager',
  title: 'Stop the controller manager: remove its manifest and its pod',
  async run(cluster, context) {
    await forEachNode(cluster.controlPlanes, ({ node, facts }) => {
      const script = bash`
rm -f ${facts.manifestsDir}/kube-controller-manager.yaml
pods=$(crictl pods --namespace kube-system --name kube-controller-manager --quiet)
if [ -n "$pods" ]; then crictl rmp -f $pods || true; fi
`
      return runScript(node, 'remove the controller manager', script, { signal: context.signal })
    })
  },
}

export const restoreControllerManager: Step = {
  id: 'article-controller-manager',
  title: 'Restore the controller manager',
  async run(cluster, context) {
    const script = bash`kubeadm init phase control-plane controller-manager --config ${articleConfigPath}`
    await forEachNode(cluster.controlPlanes, ({ node }) =>
      runScript(node, 'restore the controller manager', script, { signal: context.signal }),
    )
  },
}

/** In every Secret of that type, whoever signed its token; the controller manager signs another. */
export const emptyTokenSecrets: Step = {
  id: 'article-token-secrets',
  title: 'Empty the token in every service-account token Secret',
  async run(cluster, context) {
    const script = bash`
${kubeFunction(cluster.first, cluster)}
kube get secrets --all-namespaces --field-selector type=kubernetes.io/service-account-token --no-headers \
  --output custom-columns=:metadata.namespace,:metadata.name 2>/dev/null | while read -r namespace name; do
  kube patch secret --namespace "$namespace" "$name" --type merge --patch '{"data":{"token":null}}'
done
`
    await askApi(cluster.first, 'empty the tokens in Secrets', script, { signal: context.signal })
  },
}
