import { extraImages, extraNames } from '../host/extra-images/extra-images.ts'
import type { OwnWorkload } from '../model/own-workload.ts'
import { workloadDirectory } from '../workload/built-in.ts'
import { readOwnWorkload, togetherAsOne } from '../workload/own-workload.ts'

/** What runs beside `web`. */
export interface ChosenWorkloads {
  /** As they were given, with commas. */
  readonly names: string
  readonly content: OwnWorkload
  /** The images that they need, by the name with which setup builds them. */
  readonly images: Readonly<Record<string, string>>
}

/**
 * Reads the workloads of `--workload`; undefined where there is none but `web`, which every drill runs. Rejects with UsageError.
 * @param image the workload image
 */
export async function chosenWorkloads(words: readonly string[], image: string): Promise<ChosenWorkloads | undefined> {
  const names = [...new Set(words)].filter((word) => word !== 'web')
  if (names.length === 0) return undefined
  const refs = await Promise.all(
    extraNames.map(async (name) => [name, (await extraImages[name].refs())[0] ?? ''] as const),
  )
  const imageWords = Object.fromEntries(refs.map(([name, ref]) => [`DRILL_${name.toUpperCase()}_IMAGE`, ref]))
  const read = names.map((name) => readOwnWorkload(workloadDirectory(name), image, imageWords))
  const content = togetherAsOne(await Promise.all(read))
  const images = Object.fromEntries(refs.filter(([, ref]) => content.images.includes(ref)))
  return { names: names.join(','), content, images }
}
