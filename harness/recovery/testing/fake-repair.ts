/** A repair without a cluster, for repair-process.test.ts: what it does is the id of the recovery that it is told. */
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RepairMessage, RepairOrder } from '../repair-order.ts'

const send = (message: RepairMessage) => process.send?.(message)
const step = (type: string, id: string) => send({ type: 'event', event: { type, step: id, title: id } })

process.on('SIGTERM', () => process.exit(0))
process.on('disconnect', () => process.exit(0))
send({ type: 'ready' })
process.once('message', ({ recovery, runDir }: RepairOrder) => {
  step('step.started', 'one')
  if (recovery.id === 'fails') {
    send({
      type: 'failed',
      chain: [
        { name: 'StepError', message: 'recovery step "one" failed' },
        { name: 'PreconditionError', message: 'no data', reason: 'etcd-data-missing' },
      ],
    })
    process.exit(0)
  }
  if (recovery.id === 'dies') process.exit(7)
  if (recovery.id === 'works') {
    step('step.finished', 'one')
    send({ type: 'done', plan: [{ id: 'one', title: 'one', actions: [] }] })
    process.disconnect()
    return
  }
  // One command in a group of its own, as host-command.ts starts them, that would go on for ever.
  const { pid } = spawn('sleep', ['3333'], { detached: true, stdio: 'ignore' })
  writeFileSync(join(runDir, 'pids'), `${process.pid} ${pid ?? 0}`)
  send({ type: 'command-started', node: 'm1' })
})
