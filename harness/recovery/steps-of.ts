import type { Node, Step } from '../../lib/index.ts'
import { recoveryOf } from './recovery-of.ts'

const anywhere: Node = {
  name: 'any',
  role: 'control-plane',
  exec: () => Promise.reject(new Error('no machine is asked')),
  readFile: () => Promise.reject(new Error('no machine is asked')),
  writeFile: () => Promise.reject(new Error('no machine is asked')),
}

/** The steps of a recovery, before there is a machine: no recovery asks one to make its list. */
export function stepsOf(recovery: Parameters<typeof recoveryOf>[0]): Promise<readonly Pick<Step, 'id' | 'title'>[]> {
  return recoveryOf(recovery).plan({ controlPlanes: [anywhere], workers: [] })
}
