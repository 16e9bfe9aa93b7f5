import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { KubernetesObject } from '@kubernetes/client-node'
import { parse, parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { UsageError } from '../model/errors.ts'
import { observationSchema, placeSchema, type OwnFile, type OwnWorkload } from '../model/own-workload.ts'
import { programInImage } from './workload-image.ts'

/** The one file of a workload directory that says what goes where, and what must hold afterwards. */
const workloadFile = 'workload.yaml'

const stepSchema = z.union([
  z.strictObject({ title: z.string(), manifests: z.string() }),
  z.strictObject({
    title: z.string(),
    on: placeSchema,
    files: z.string().optional(),
    script: z.string().optional(),
  }),
])

const workloadSchema = z.strictObject({
  title: z.string(),
  deploy: z.array(stepSchema).min(1),
  restored: z.array(z.string().startsWith('/')).default([]),
  hold: z.array(observationSchema).min(1),
  expectNotReady: placeSchema.optional(),
})

/**
 * Reads a workload directory whole, so that nothing of it is missed once a cluster exists. In its files and manifests
 * DRILL_WORKLOAD_IMAGE stands for the workload image, and DRILL_API_CLIENT for the program in it that uses the API.
 * Rejects with UsageError for what cannot be read or is no such directory.
 */
export async function readOwnWorkload(directory: string, image: string): Promise<OwnWorkload> {
  const fill = (text: string) =>
    text
      .replaceAll('DRILL_WORKLOAD_IMAGE', image)
      .replaceAll('DRILL_API_CLIENT', programInImage('harness/workload/api-client'))
  try {
    const { title, deploy, restored, hold, expectNotReady } = workloadSchema.parse(
      parse(await readFile(join(directory, workloadFile), 'utf8')),
    )
    const steps = deploy.map(async (step): Promise<OwnWorkload['deploy'][number]> => {
      if ('manifests' in step) {
        const objects = await objectsIn(join(directory, step.manifests), fill)
        return { title: step.title, on: 'first-control-plane', files: [], objects }
      }
      return {
        title: step.title,
        on: step.on,
        files: step.files === undefined ? [] : await filesIn(join(directory, step.files), fill),
        ...(step.script === undefined ? {} : { script: fill(await readFile(join(directory, step.script), 'utf8')) }),
        objects: [],
      }
    })
    return { title, deploy: await Promise.all(steps), restored, hold, ...(expectNotReady ? { expectNotReady } : {}) }
  } catch (cause) {
    throw new UsageError(
      `the workload ${directory} cannot be used: ${cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause)}`,
      `give a directory with a ${workloadFile}, such as examples/neighbourhood`,
      { cause },
    )
  }
}

/** The objects of all manifests of a directory, in the order of their names. */
async function objectsIn(directory: string, fill: (text: string) => string): Promise<readonly KubernetesObject[]> {
  const names = (await readdir(directory)).filter((name) => /\.ya?ml$/.test(name)).sort()
  const texts = await Promise.all(names.map((name) => readFile(join(directory, name), 'utf8')))
  return texts.flatMap((text) =>
    parseAllDocuments(fill(text)).flatMap((document) => {
      const [error] = document.errors
      if (error) throw error
      const object = document.toJS() as KubernetesObject | null
      return object === null ? [] : [object]
    }),
  )
}

/** A tree of files, by the paths that they have on a machine. */
async function filesIn(directory: string, fill: (text: string) => string): Promise<readonly OwnFile[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return Promise.all(
    paths.sort().map(async (source) => ({
      path: `/${relative(directory, source)}`,
      text: fill(await readFile(source, 'utf8')),
      mode: (await stat(source)).mode & 0o777,
    })),
  )
}
