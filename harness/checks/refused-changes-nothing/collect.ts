import { z } from 'zod'
import type { DrillContext } from '../../model/context.ts'
import { collectOnce } from '../../observe/collecting.ts'
import { fileManifests } from '../../observe/file-manifest.ts'

export const manifestsSchema = z.record(z.string(), z.string())

/** Stores evidence `manifests-before-repair` or `manifests-after-repair`: every file that a repair may touch, machine by machine. */
export function collectManifests(context: DrillContext, when: 'before' | 'after'): Promise<void> {
  return collectOnce(context, `manifests-${when}-repair`, () => fileManifests(context))
}
