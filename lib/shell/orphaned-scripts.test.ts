import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, expect, it } from 'vitest'
import { runScript } from './bash.ts'
import { stopOrphanedScripts, orphanedScriptsScript } from './orphaned-scripts.ts'
import { parseFields } from './script-output.ts'
import { fakeContext, facts, fakeNode } from '../testing/fake-node.ts'
import { localNode } from '../testing/local-node.ts'

// Marks of this test alone: other tests' scripts run on this machine too.
const prefix = `drill-test-${randomBytes(6).toString('hex')}-`
const earlier = `${prefix}0e`
const own = `${prefix}ff`
const started: number[] = []

function script(mark: string, text: string): number {
  const child = spawn('bash', ['-c', `# wait for etcd\nexport DRILL_RECOVERY_SCRIPT=${mark}\n${text}\n`, mark], {
    detached: true,
    stdio: 'ignore',
  })
  started.push(child.pid ?? 0)
  return child.pid ?? 0
}

/** Whether a process group has a process that is more than a zombie; proc(5) has state, parent and group after the name. */
function isAlive(group: number): boolean {
  return readdirSync('/proc').some((entry) => {
    if (!/^\d+$/.test(entry)) return false
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8')
      const [state, , of] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return Number(of) === group && state !== 'Z'
    } catch {
      return false
    }
  })
}

afterEach(() => {
  for (const pid of started.splice(0)) {
    try {
      process.kill(-pid, 'SIGKILL')
    } catch {
      // It has ended.
    }
  }
})

const endAll = async () => {
  const { stdout } = await runScript(
    localNode,
    'stop orphans',
    orphanedScriptsScript(prefix, own, { itselfS: 2, termS: 1, killS: 2 }),
  )
  const text = parseFields(stdout)
  return { found: text('found'), staying: text('staying') }
}

it('finds nothing, and at once, where nothing is left', async () => {
  const from = performance.now()
  expect(await endAll()).toEqual({ found: '', staying: '' })
  expect(performance.now() - from).toBeLessThan(3000)
})

it('lets one end that soon ends by itself, and leaves its own repair alone', async () => {
  const mine = script(own, 'sleep 30; true')
  const brief = script(earlier, 'trap "exit 0" TERM; sleep 1; true')
  await sleep(300)
  expect(await endAll()).toEqual({ found: 'wait for etcd', staying: '' })
  expect([isAlive(brief), isAlive(mine)]).toEqual([false, true])
})

it('kills one that goes on, with what it started, also one that does not listen and an orphan', async () => {
  const stubborn = script(earlier, 'trap "" TERM; while true; do sleep 1; done')
  const orphans = script(earlier, '(exec sleep 3333) & disown; exit 0')
  await sleep(300)
  expect([isAlive(stubborn), isAlive(orphans)]).toEqual([true, true])
  expect((await endAll()).staying).toBe('')
  expect(isAlive(stubborn)).toBe(false)
  expect(isAlive(orphans)).toBe(false)
}, 20_000)

it('says what was ended, and refuses to go on beside another repair', async () => {
  const title = 'stop orphaned scripts'
  const clean = fakeNode('m1', 'control-plane', { [title]: facts({ found: 'wait for etcd', staying: '' }) })
  const context = fakeContext([clean], '')
  await stopOrphanedScripts(context)
  expect(context.events).toEqual([{ type: 'orphan.stopped', node: 'm1', script: 'wait for etcd' }])
  const busy = fakeNode('w1', 'worker', {
    [title]: facts({ found: '', staying: 'process 7: create the shared certificates' }),
  })
  await expect(stopOrphanedScripts(fakeContext([clean, busy], ''))).rejects.toThrow(
    /on w1 another repair is running.*process 7/,
  )
})
