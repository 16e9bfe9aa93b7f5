import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { PathProbe } from './path-probe.ts'
import { probeLoop } from './probe-loop.ts'
import { stalls } from './stalls.ts'

const clock = () => performance.now()

/** Keeps the loop from going on for this long, once, in the middle of its work. */
function holdingUp(ms: number): PathProbe {
  let held = false
  return {
    tick() {
      if (held) return
      held = true
      for (const until = clock() + ms; clock() < until;);
    },
    nextMs: () => clock() + 5,
    stop: () => undefined,
    pause: () => undefined,
    inFlight: () => 0,
    counters: () => ({ planned: 0, sent: 0, ok: 0, failed: 0, unmeasured: 0 }),
    takeLagMaxMs: () => 0,
  }
}

test('a hold-up that begins while the loop works is remembered as one between two rounds is', async () => {
  const memory = stalls()
  const fromMs = clock()
  const loop = probeLoop([holdingUp(300)], clock, memory)
  await sleep(400)
  loop.stop()
  await loop.drained
  expect(memory.within(fromMs, clock())).toBeGreaterThan(290)
  expect(memory.count).toBeGreaterThan(0)
})
