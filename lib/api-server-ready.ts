import { bash, runScript } from './bash.ts'
import { kubeFunction, serverUrl } from './kube-api.ts'
import type { Host, Site } from './site.ts'

/**
 * Waits until a control plane's own API server says that it is ready, by curl where there is one: kubectl takes a
 * tenth of a second of the processor for each look, which the API servers need for their start.
 */
export async function waitUntilReady(host: Host, site: Site, signal: AbortSignal): Promise<void> {
  const pki = site.config.certificatesDir
  const script = bash`
${kubeFunction(host, site)}
look() {
  if command -v curl > /dev/null; then
    curl --silent --show-error --fail --max-time 5 --cacert ${pki}/ca.crt --cert ${pki}/apiserver-kubelet-client.crt \
      --key ${pki}/apiserver-kubelet-client.key ${`${serverUrl(host, site)}/readyz`}
  else
    kube get --raw /readyz
  fi
}
deadline=$((SECONDS + 120))
until answer=$(look 2>&1); do
  if [ "$SECONDS" -ge "$deadline" ]; then printf '%s\n' "$answer" >&2; exit 1; fi
  sleep 0.2
done
`
  await runScript(host.node, 'wait until the API server is ready', script, { signal, timeoutMs: 150_000 })
}
