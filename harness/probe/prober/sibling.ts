import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerServer } from '../../workload/answer-server.ts'

/** The argument with which the prober's program is its sibling. */
export const siblingArgument = '--sibling'

/**
 * Starts a second process of this program that answers on loopback, and gives its port. It keeps the ordinary scheduling class
 * when the prober gets a better one, and so is starved as the workload is: where it does not answer in time, a failure of the
 * workload says nothing, because nothing on this host would have answered. It ends with this process.
 */
export async function startSibling(program: string): Promise<number> {
  const child = spawn(process.execPath, [program, siblingArgument], { stdio: ['pipe', 'pipe', 'inherit'] })
  child.unref()
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  child.stdout.destroy()
  return Number(line.toString())
}

/** The sibling's own work: answers until its standard input ends. */
export async function answerAsSibling(): Promise<void> {
  const { server, port } = await listening('prober-sibling')
  process.stdout.write(`${port}\n`)
  process.stdin.resume()
  await once(process.stdin, 'end')
  server.closeAllConnections()
  server.close()
}

/** A server on a free port of loopback that says it is that pod. */
async function listening(pod: string): Promise<{ readonly server: Server; readonly port: number }> {
  const server = answerServer({ pod })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, port: (server.address() as AddressInfo).port }
}

/**
 * A server that says it is that pod, on a Unix socket without a file. It needs no network: that of a pod is taken down, loopback included,
 * when the pod ends, and the prober goes on in it.
 */
export async function listeningWithin(pod: string): Promise<{ readonly server: Server; readonly target: string }> {
  const server = answerServer({ pod })
  const name = `drill-${pod}-${randomUUID()}`
  server.listen(`\0${name}`)
  await once(server, 'listening')
  return { server, target: `unix:/${name}` }
}
