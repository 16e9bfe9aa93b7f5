import { expect, test } from 'vitest'
import type { DrillContext } from '../../model/context.ts'
import type { Machine } from '../../model/cluster.ts'
import { keepCredentials, replayOldCredentials } from './collect.ts'

/** A control plane whose every file holds the same text. */
function contextOf(text: string): DrillContext {
  const machine: Machine = {
    name: 'cp',
    role: 'control-plane',
    address: '127.0.0.1',
    exec: async (argv, options) => {
      expect(options?.public).toBeUndefined()
      return { argv, exitCode: 0, stdout: text, stderr: '', durationMs: 1 }
    },
    readFile: () => Promise.reject(new Error('not asked for')),
    writeFile: () => Promise.reject(new Error('not asked for')),
  }
  const context: Partial<DrillContext> = {
    cluster: { name: 'drill-x', machines: [machine], controlPlanes: [machine], workers: [], kubeconfigPath: '' },
    journal: { append: () => ({ seq: 0, atMs: 0, type: '' }), nowMs: () => 0, originNs: 0n, events: [] },
    evidence: {
      write: () => Promise.reject(new Error('nothing to write')),
      once: (_, collect) => collect().then(() => Promise.reject(new Error('nothing to write'))),
      read: () => Promise.resolve(),
    },
    signal: new AbortController().signal,
    secrets: new Map(),
    background: new Map(),
  }
  return context as DrillContext
}

const token = '/var/lib/kubelet/pods/u/volumes/kubernetes.io~projected/v/token a.b.c'

test.each([`${token}\n: [broken hush`, `${token}\nusers: [{ user: { client-key-data: hush } }]`, `${token}\nhush`])(
  'a kubeconfig that cannot be read is not quoted: %j',
  async (text) => {
    const error: unknown = await keepCredentials(contextOf(text)).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ message: 'a kubeconfig is not as kubeadm writes it' })
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('hush')
  },
)

test('without a mounted token there is nothing to keep', async () => {
  await expect(keepCredentials(contextOf('x: y'))).rejects.toThrow('no pod on cp mounts a service-account token')
})

test('what was not kept before the fault cannot be tried after it', async () => {
  await expect(replayOldCredentials(contextOf('x: y'))).rejects.toThrow()
})
