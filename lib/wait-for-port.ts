import { bash, runScript } from './bash.ts'
import type { Host } from './site.ts'

/** Waits on the machine itself until something listens, without starting a program for each look. Rejects with CommandError after 120 s. */
export async function waitForPort(host: Host, address: string, port: number, signal: AbortSignal): Promise<void> {
  const script = bash`
for ((look = 0; look < 1200; look++)); do
  if (: > /dev/tcp/${address}/${port}) 2>/dev/null; then exit 0; fi
  sleep 0.1
done
echo 'nothing listens there' >&2
exit 1
`
  await runScript(host.node, `wait for port ${port} of ${address}`, script, { signal, timeoutMs: 180_000 })
}
