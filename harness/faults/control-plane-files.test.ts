import { createServer, type Server } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { CommandError } from '../../lib/engine/errors.ts'
import type { DrillContext } from '../model/context.ts'
import type { Machine } from '../model/cluster.ts'
import type { EventData } from '../model/journal.ts'
import { controlPlaneFiles } from './control-plane-files.ts'

type Answer = string | Error

interface FakeMachine {
  readonly name?: string
  /** What each look for files says, one after another; the last one stays. An error is a command that failed. */
  readonly files?: readonly Answer[]
  /** The same for sandboxes. */
  readonly sandboxes?: readonly Answer[]
}

const ran: string[] = []
const servers: Server[] = []
afterEach(() => {
  ran.length = 0
  for (const server of servers.splice(0)) server.close()
})

const commandFailed = (argv: readonly string[]) =>
  new CommandError('cp', { argv, exitCode: 1, stdout: '', stderr: 'no runtime', durationMs: 1 })

function machine({ name = 'cp', files = [''], sandboxes = [''] }: FakeMachine): Machine {
  const left = { files: [...files], sandboxes: [...sandboxes] }
  return {
    name,
    role: 'control-plane',
    address: '127.0.0.1',
    exec: async (argv) => {
      ran.push(`${name}: ${argv[0] === 'sh' ? 'look' : argv.join(' ')}`)
      const answers = argv[2]?.includes('crictl') ? left.sandboxes : left.files
      const look = (argv[0] === 'sh' ? (answers.length > 1 ? answers.shift() : answers[0]) : '') ?? ''
      if (look instanceof Error) throw commandFailed(argv)
      return { argv, exitCode: 0, stdout: look, stderr: '', durationMs: 1 }
    },
    readFile: () => Promise.reject(new Error('not asked for')),
    writeFile: () => Promise.reject(new Error('not asked for')),
  }
}

/** As much of a drill as a fault sees. */
function drill(machines: readonly FakeMachine[], signal = new AbortController().signal) {
  const events: EventData[] = []
  const journal = { append: (event: EventData) => events.push(event) }
  const context = { runDir: '/nowhere', cluster: { controlPlanes: machines.map(machine) }, journal, signal }
  return { events, context: context as unknown as DrillContext }
}

async function listeningPort(): Promise<number> {
  const server = createServer((socket) => socket.destroy())
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

async function refusingPort(): Promise<number> {
  const port = await listeningPort()
  const server = servers.pop()
  await new Promise((resolve) => server?.close(resolve))
  return port
}

const quick = { timeoutMs: 60, intervalMs: 5 }

describe('inject', () => {
  test('deletes on every control plane and says so', async () => {
    const { context, events } = drill([{ name: 'cp' }, { name: 'cp2' }])
    await controlPlaneFiles().inject(context)
    expect(ran).toEqual(['cp: rm -rf /etc/kubernetes', 'cp2: rm -rf /etc/kubernetes'])
    expect(events.map(({ type, node }) => [type, node])).toEqual([
      ['fault.files-removed', 'cp'],
      ['fault.files-removed', 'cp2'],
    ])
  })
})

describe('prove', () => {
  test('waits until kubelet has stopped everything, then confirms', async () => {
    const { context, events } = drill([{ sandboxes: ['a\nb\n', new Error(), 'a\n', ''] }])
    const proof = await controlPlaneFiles({ ...quick, timeoutMs: 2000, port: await refusingPort() }).prove(context)
    const details = [
      'cp: no file below /etc/kubernetes',
      'cp: no control-plane sandbox runs',
      'cp: the API server refused 5 connections in a row',
    ]
    expect(proof).toEqual({ result: 'confirmed', summary: details.join('; '), details })
    expect(events).toContainEqual({ type: 'milestone.reached', milestone: 'detected', title: 'Loss detected' })
    expect(events).toContainEqual({ type: 'fault.files-observed', node: 'cp', left: [] })
    expect(events).toContainEqual({ type: 'fault.sandboxes-observed', node: 'cp', left: [] })
    expect(events).toContainEqual({ type: 'fault.api-dialed', node: 'cp', result: 'refused', attempts: 5 })
  })

  test.each([
    ['a file', { files: ['/etc/kubernetes/pki/ca.key\n'] }, 'cp2: /etc/kubernetes/pki/ca.key still there'],
    ['a sandbox that runs', { sandboxes: ['a\n'] }, 'cp2: 1 control-plane sandboxes still run'],
  ])('is a mismatch for %s on one of two', async (_, left, said) => {
    const { context } = drill([{}, { name: 'cp2', ...left }])
    const proof = await controlPlaneFiles({ ...quick, port: await refusingPort() }).prove(context)
    expect(proof.result).toBe('mismatch')
    expect(proof.summary).toContain(said)
  })

  test('is a mismatch while an API server accepts connections', async () => {
    const proof = await controlPlaneFiles({ ...quick, port: await listeningPort() }).prove(drill([{}]).context)
    expect(proof).toMatchObject({
      result: 'mismatch',
      summary: expect.stringContaining('still accepts connections') as string,
    })
  })

  test('is confirmed when an API server stops accepting connections in time', async () => {
    const port = await listeningPort()
    const [server] = servers.splice(0)
    setTimeout(() => server?.close(), 300)
    const proof = await controlPlaneFiles({ timeoutMs: 5000, intervalMs: 50, port }).prove(drill([{}]).context)
    expect(proof.result).toBe('confirmed')
  })

  test('is inconclusive when a machine does not answer', async () => {
    const proof = await controlPlaneFiles({ ...quick, port: await refusingPort() }).prove(
      drill([{}, { name: 'cp2', files: [new Error()] }]).context,
    )
    expect(proof).toMatchObject({
      result: 'inconclusive',
      summary: expect.stringContaining('cp2: the machine did not say') as string,
    })
  })

  test('is inconclusive without a control plane to look at', async () => {
    expect((await controlPlaneFiles(quick).prove(drill([]).context)).result).toBe('inconclusive')
  })

  test('an abort ends it at once', async () => {
    const { context } = drill([{ sandboxes: ['a\n'] }], AbortSignal.timeout(20))
    await expect(controlPlaneFiles({ timeoutMs: 60_000, intervalMs: 5 }).prove(context)).rejects.toThrow()
  })
})
