import { createServer, type Server } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { CommandError } from '../../lib/engine/errors.ts'
import type { DrillContext, Machine } from '../model/model.ts'
import type { EventData } from '../model/journal-event.ts'
import { lostPki } from './lost-pki.ts'

interface FakeMachine {
  readonly name?: string
  /** What each look says, one after another; the last one stays. An error is a command that failed. */
  readonly looks?: readonly (string | Error)[]
}

const ran: string[] = []
const servers: Server[] = []
afterEach(() => {
  ran.length = 0
  for (const server of servers.splice(0)) server.close()
})

const commandFailed = (argv: readonly string[]) =>
  new CommandError('cp', { argv, exitCode: 1, stdout: '', stderr: 'no runtime', durationMs: 1 })

function machine({ name = 'cp', looks = [''] }: FakeMachine): Machine {
  const left = [...looks]
  return {
    name,
    role: 'control-plane',
    address: '127.0.0.1',
    exec: async (argv) => {
      ran.push(`${name}: ${argv[0] === 'sh' ? 'look' : argv.join(' ')}`)
      const look = (argv[0] === 'sh' ? (left.length > 1 ? left.shift() : left[0]) : '') ?? ''
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
    await lostPki().inject(context)
    expect(ran).toEqual(['cp: rm -rf /etc/kubernetes', 'cp2: rm -rf /etc/kubernetes'])
    expect(events.map(({ type, node }) => [type, node])).toEqual([
      ['fault.files-removed', 'cp'],
      ['fault.files-removed', 'cp2'],
    ])
  })
})

describe('prove', () => {
  test('waits until kubelet has stopped everything, then confirms', async () => {
    const { context, events } = drill([{ looks: ['sandbox a\nsandbox b\n', new Error(), 'sandbox a\n', ''] }])
    const proof = await lostPki({ ...quick, timeoutMs: 2000, port: await refusingPort() }).prove(context)
    expect(proof).toEqual({
      result: 'confirmed',
      summary: 'files and sandboxes are gone and the API refuses on the control plane',
      details: [
        'cp: no file below /etc/kubernetes',
        'cp: no control-plane sandbox runs',
        'cp: the API server refused 5 connections in a row',
      ],
    })
    expect(events).toEqual([
      { type: 'milestone.reached', milestone: 'detected' },
      { type: 'fault.control-plane-observed', node: 'cp', files: [], sandboxes: [] },
      { type: 'fault.api-dialed', node: 'cp', result: 'refused', attempts: 5 },
    ])
  })

  test.each([
    ['a file that is still there', 'file /etc/kubernetes/pki/ca.key\n', 'cp2: /etc/kubernetes/pki/ca.key still there'],
    ['a sandbox that still runs', 'sandbox a\n', 'cp2: 1 control-plane sandboxes still run'],
  ])('is a mismatch for %s on one of two', async (_, look, said) => {
    const { context } = drill([{}, { name: 'cp2', looks: [look] }])
    const proof = await lostPki({ ...quick, port: await refusingPort() }).prove(context)
    expect(proof.result).toBe('mismatch')
    expect(proof.summary).toContain(said)
  })

  test('is a mismatch while an API server accepts connections', async () => {
    const proof = await lostPki({ ...quick, port: await listeningPort() }).prove(drill([{}]).context)
    expect(proof).toMatchObject({
      result: 'mismatch',
      summary: expect.stringContaining('still accepts connections') as string,
    })
  })

  test('is inconclusive when a machine does not answer', async () => {
    const proof = await lostPki({ ...quick, port: await refusingPort() }).prove(
      drill([{}, { name: 'cp2', looks: [new Error()] }]).context,
    )
    expect(proof).toMatchObject({
      result: 'inconclusive',
      summary: expect.stringContaining('cp2: the machine did not say') as string,
    })
  })

  test('is inconclusive without a control plane to look at', async () => {
    expect((await lostPki(quick).prove(drill([]).context)).result).toBe('inconclusive')
  })

  test('an abort ends it at once', async () => {
    const { context } = drill([{ looks: ['sandbox a\n'] }], AbortSignal.timeout(20))
    await expect(lostPki({ timeoutMs: 60_000, intervalMs: 5 }).prove(context)).rejects.toThrow()
  })
})
