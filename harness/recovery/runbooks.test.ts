import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { packageFile } from '../host/package/package-files.ts'

/** Takes note of each machine and script, and answers as a cluster in which all is well. */
const fakeSsh = `#!/bin/bash
printf '%s\\t%s\\n' "$1" "\${2//$'\\n'/ }" >> "$(dirname "$0")/calls"
cat > /dev/null
case $2 in
*bootstrap-token*) echo '[bootstrap-token] Using token: abcdef.0123456789abcdef' ;;
*'--label k8s-app=kube-proxy') echo sandbox ;;
*' json') echo '{"items":[]}' ;;
esac
`

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'drill-runbook-'))
  writeFileSync(join(directory, 'ssh'), fakeSsh, { mode: 0o755 })
  writeFileSync(join(directory, 'kubeadm.yaml'), 'kind: ClusterConfiguration\n')
})
afterEach(() => rmSync(directory, { recursive: true }))

function repairWith(runbook: string, controlPlanes: readonly string[]) {
  const inventory = {
    controlPlanes: controlPlanes.map((name) => ({ name, kubeadmConfig: join(directory, 'kubeadm.yaml') })),
    workers: [{ name: 'w1' }, { name: 'w2' }],
  }
  writeFileSync(join(directory, 'inventory.json'), JSON.stringify(inventory))
  const env = {
    ...process.env,
    DRILL_INVENTORY: join(directory, 'inventory.json'),
    DRILL_SSH: join(directory, 'ssh'),
  }
  return promisify(execFile)(packageFile(`examples/${runbook}`), { env })
}

test.each(['repair.sh', 'repair.mjs'])(
  '%s goes to its end, and to each machine by its name',
  async (runbook) => {
    const { stdout } = await repairWith(runbook, ['cp'])
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('done')
    const calls = readFileSync(join(directory, 'calls'), 'utf8').trim().split('\n')
    const scriptsOf = (name: string) => calls.filter((call) => call.startsWith(`${name}\t`)).join('\n')
    expect([...new Set(calls.map((call) => call.split('\t')[0]))].sort()).toEqual(['cp', 'w1', 'w2'])
    expect(scriptsOf('cp')).toMatch(/certs all[^]*\/readyz[^]*kubelet-finalize all/)
    for (const worker of ['w1', 'w2']) {
      expect(scriptsOf('cp')).toContain(`--client-name system:node:${worker}`)
      expect(scriptsOf(worker)).toMatch(/kubelet-client-current\.pem[^]*restart kubelet[^]*crictl stop/)
    }
  },
  30_000,
)

test.each(['repair.sh', 'repair.mjs'])('%s refuses what it cannot repair', async (runbook) => {
  await expect(repairWith(runbook, ['cp1', 'cp2'])).rejects.toThrow(/one control plane only/)
})
