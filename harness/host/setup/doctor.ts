import { readFile } from 'node:fs/promises'
import { runtimeSource } from './engine-runtime.ts'
import type { Need } from './need.ts'
import { needsOf } from './needs.ts'
import { planSetup } from './plan-setup.ts'
import { anyLocalImage, tryPrivileged } from './privileged-check.ts'
import { readSetup } from './setup-facts.ts'

export interface ExamineOptions {
  readonly nodeImage?: string
  readonly signal?: AbortSignal
}

/**
 * Checks all that a drill needs of this machine. It changes nothing: the one container that it starts, of an image that is
 * there already, is removed again.
 */
export async function examine(options: ExamineOptions = {}): Promise<readonly Need[]> {
  const facts = await readSetup(options)
  const plan = planSetup(facts, { runtimeScript: await readFile(runtimeSource, 'utf8') })
  const { node, workload } = facts.images
  const image =
    facts.engine.state === 'answers' ? await anyLocalImage([node.ref, workload.ref], options.signal) : undefined
  const privileged = image === undefined ? undefined : await tryPrivileged(image, options.signal)
  return needsOf(facts, plan, privileged)
}
