import { nodeImageRef } from '../node-image/node-image.ts'
import { workloadImageRef } from '../../workload/workload-image.ts'
import { imageExists, officialNodeImage } from './image-exists.ts'

export interface ChosenImages {
  readonly node: string
  readonly workload: string
  /** The node image is not one that drill built: the workload image must be loaded into its nodes. */
  readonly official: boolean
}

/**
 * The images that a drill runs on: the node image that the user named, else the official one if the engine has it, else the one
 * that drill builds (which may not be there yet). Asked of the engine and the sources each time, so there is no record to go stale.
 */
export async function chosenImages(
  options: { readonly nodeImage?: string; readonly signal?: AbortSignal } = {},
): Promise<ChosenImages> {
  const workload = await workloadImageRef()
  const own = await nodeImageRef(workload)
  const node = options.nodeImage ?? ((await imageExists(officialNodeImage, options.signal)) ? officialNodeImage : own)
  return { node, workload, official: node !== own }
}
