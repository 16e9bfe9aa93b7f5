import { bash } from './bash.ts'
import { askApi, kubeFunction } from './kube-api.ts'
import type { Site } from './site.ts'

/**
 * Releases the leases of controller managers and schedulers that are dead, in the way a leader does that stops: the
 * holder's name is emptied. Only leases older than their duration are touched, and none that a new leader has taken
 * meanwhile.
 */
export async function releaseDeadLeaders(site: Site, signal: AbortSignal): Promise<void> {
  const template =
    '{{.metadata.resourceVersion}} {{.spec.renewTime}} {{.spec.leaseDurationSeconds}} {{.spec.holderIdentity}}'
  const script = bash`
${kubeFunction(site.first, site)}
for name in kube-controller-manager kube-scheduler; do
  lease=$(kube get lease --namespace kube-system "$name" --ignore-not-found --output go-template --template ${template})
  read -r version renewed duration holder <<< "$lease"
  if [ -z "$holder" ]; then continue; fi
  if [ $(($(date +%s) - $(date -d "$renewed" +%s))) -gt "$duration" ]; then
    kube patch lease --namespace kube-system "$name" --type merge \
      --patch '{"metadata":{"resourceVersion":"'"$version"'"},"spec":{"holderIdentity":"","leaseDurationSeconds":1}}' ||
      true
  fi
done
`
  await askApi(site.first, 'release the leases of dead leaders', script, signal)
}
