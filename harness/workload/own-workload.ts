import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { KubernetesObject } from '@kubernetes/client-node'
import { parse, parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { UsageError } from '../model/errors.ts'
import type { OwnFile, OwnWorkload } from '../model/own-workload.ts'
import { workloadFileSchema } from '../model/workload-file.ts'
import { programInImage } from './workload-image.ts'

const workloadFile = 'workload.yaml'

/**
 * Reads a workload directory whole, so that nothing of it is missed once a cluster exists. In its files and manifests
 * DRILL_WORKLOAD_IMAGE stands for the workload image, and DRILL_API_CLIENT for the program in it that uses the API.
 * Rejects with UsageError for what cannot be read or is no such directory.
 * @param words further words and what they stand for; what a word that ends with _IMAGE stands for is an image that nodes lack
 */
export async function readOwnWorkload(
  directory: string,
  image: string,
  words: Readonly<Record<string, string>> = {},
): Promise<OwnWorkload> {
  const all = Object.entries({
    DRILL_WORKLOAD_IMAGE: image,
    DRILL_API_CLIENT: programInImage('harness/workload/api-client'),
    ...words,
  })
  const fill = (text: string) => all.reduce((filled, [word, value]) => filled.replaceAll(word, value), text)
  try {
    const { title, network, deploy, expectNotReady, ...rest } = parseWorkload(
      await readFile(join(directory, workloadFile), 'utf8'),
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
    const filled = await Promise.all(steps)
    const networkObjects = network === undefined ? [] : await objectsIn(join(directory, network), fill)
    const text = JSON.stringify([filled, networkObjects])
    const images = Object.entries(words).flatMap(([word, ref]) =>
      word.endsWith('_IMAGE') && text.includes(ref) ? [ref] : [],
    )
    return {
      ...{ title, images, network: networkObjects, deploy: filled, ...rest },
      expectNotReady: expectNotReady ? [expectNotReady] : [],
    }
  } catch (cause) {
    throw new UsageError(
      `the workload ${directory} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`,
      `give a directory with a ${workloadFile}, such as examples/neighbourhood; its JSON Schema: schema/workload.schema.json of the npm package`,
      { cause },
    )
  }
}

/** Says which entry of the file is wrong. */
function parseWorkload(text: string): z.output<typeof workloadFileSchema> {
  const { data, error } = workloadFileSchema.safeParse(parse(text))
  if (error) throw new Error(`in ${workloadFile}: ${z.prettifyError(error)}`)
  return data
}

/** Several workloads as one, deployed one after another. Throws UsageError where two bring a pod network. */
export function togetherAsOne(workloads: readonly OwnWorkload[]): OwnWorkload {
  const networks = workloads.filter(({ network }) => network.length > 0)
  if (networks.length > 1)
    throw new UsageError(
      `several workloads bring a pod network: ${networks.map(({ title }) => title).join('; ')}`,
      'give one of them',
    )
  return {
    title: workloads.map(({ title }) => title).join('; '),
    images: workloads.flatMap(({ images }) => images),
    network: networks.flatMap(({ network }) => network),
    deploy: workloads.flatMap(({ deploy }) => deploy),
    restored: workloads.flatMap(({ restored }) => restored),
    probe: workloads.flatMap(({ probe }) => probe),
    hold: workloads.flatMap(({ hold }) => hold),
    expectNotReady: workloads.flatMap(({ expectNotReady }) => expectNotReady),
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
