import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { redact } from '../store/redact.ts'
import { hostCommand } from '../host/process/host-command.ts'

const deadlineMs = 15_000

/** What is kept of every node: each with its own deadline, because an exporter that hangs on a dead node loses everything (kind issue 607). */
const commands = {
  'kubelet.log': ['journalctl', '--no-pager', '--unit', 'kubelet', '--lines', '1500'],
  'containerd.log': ['journalctl', '--no-pager', '--unit', 'containerd', '--lines', '300'],
  'containers.txt': ['crictl', 'ps', '--all'],
  'pods.txt': ['crictl', 'pods'],
  'control-plane.log': [
    'bash',
    '-c',
    'for f in /var/log/pods/kube-system_*/*/*.log; do echo "== $f"; tail -n 120 "$f"; done 2>/dev/null | tail -c 1500000',
  ],
} as const

/** Collects logs of the named containers into nodes/<node>/, redacted. Never rejects; what failed is named in the answer. */
export async function collectNodeLogs(names: readonly string[], runDir: string): Promise<readonly string[]> {
  const problems: string[] = []
  const collect = async (name: string, file: string, argv: readonly [string, ...string[]]) => {
    const result = await hostCommand(argv, { timeoutMs: deadlineMs })
    if (result.exitCode !== 0) problems.push(`${name}: ${file}: exit code ${result.exitCode}`)
    const directory = join(runDir, 'nodes', name)
    await mkdir(directory, { recursive: true })
    await writeFile(join(directory, file), redact(result.stdout + result.stderr))
  }
  await Promise.all(
    names.map(async (name) => {
      try {
        await collect(name, 'container.log', ['docker', 'logs', '--tail', '300', name])
        for (const [file, argv] of Object.entries(commands))
          await collect(name, file, ['docker', 'exec', name, ...argv])
      } catch (error) {
        problems.push(`${name}: ${String(error)}`)
      }
    }),
  )
  return problems
}
