import { availableParallelism } from 'node:os'
import { z } from 'zod'
import { spreadOf } from '../model/statistics.ts'
import { hostCommand } from './process/host-command.ts'

/**
 * Processor time of one unit of work on the reference host while it repairs: two cores of an Intel Xeon at 2.6 GHz (virtual, one
 * thread a core), left alone, on which the repair of `lost-pki` with 3 + 2 takes 48 to 53 s and 67 to 71 CPU-seconds. They grow with the
 * unit: on a host where it took up to 7.5 ms, that repair took 68 s and 91. To calibrate again: the median of `cpuMs` in `host.measured`,
 * `when: "recovered"`, of such drills on a quiet host with two cores.
 */
export const referenceMs = 5.6

/** How long one unit of work took, the median of the samples. */
export interface SpeedMeasurement {
  readonly cores: number
  /** Processor time of a unit. */
  readonly cpuMs: number
  readonly samples: number
  readonly referenceMs: number
}

/**
 * One unit a second, of what a control plane does as it starts: handshakes, memory, JSON, and above all system calls. Arithmetic
 * alone does not tell: within one hour it took 650 to 960 ms here, and repairs took the same time. Hardly a hundredth of a core, by
 * the least favoured process of its kind, so that probers and the cluster do not wait for it; that does not change its processor
 * time. It ends with its parent, however that ends.
 */
const program = `
const { pbkdf2Sync } = require('node:crypto')
const { closeSync, openSync, readSync, statSync } = require('node:fs')
require('node:os').setPriority(19)
const [from, to, page] = [Buffer.alloc(8e6, 1), Buffer.alloc(8e6), Buffer.alloc(4096)]
const pods = Array.from({ length: 1500 }, (_, index) => ({ name: 'pod-' + index, labels: { app: 'drill', index } }))
function unit() {
  pbkdf2Sync('drill', 'drill', 3000, 32, 'sha512')
  from.copy(to)
  JSON.parse(JSON.stringify(pods))
  for (let count = 0; count < 300; count++) {
    const file = openSync('/proc/self/stat')
    readSync(file, page)
    closeSync(file)
    statSync('/')
  }
}
const parent = process.ppid
for (let count = 0; count < 20; count++) unit()
const timer = setInterval(() => {
  if (process.ppid !== parent) process.exit()
  const before = process.cpuUsage()
  unit()
  const { user, system } = process.cpuUsage(before)
  console.log((user + system) / 1000)
}, 1000)
`

/**
 * Measures once a second until the signal says otherwise. Rejects when the measuring process ends before that, or has not measured
 * anything yet.
 */
export async function measureHostSpeed(until: AbortSignal): Promise<SpeedMeasurement> {
  const { stdout, stderr } = await hostCommand([process.execPath, '--eval', program], { signal: until })
  const samples = z.array(z.coerce.number().positive()).parse(stdout.split('\n').filter(Boolean))
  const cpuMs = spreadOf(samples)?.median
  if (!until.aborted || cpuMs === undefined)
    throw new Error(`the speed of this host was not measured: ${stderr.trim()}`)
  return { cores: availableParallelism(), cpuMs, samples: samples.length, referenceMs }
}
