import { extraImages, type ExtraName } from '../extra-images/extra-images.ts'
import { hostPackages } from '../node-image/host-packages.ts'
import { secondProberImageRef } from '../../probe/second-prober/image.ts'
import { versions } from '../node-image/versions.ts'
import { chosenImages } from './chosen-images.ts'
import { imageExists, officialNodeImage } from './image-exists.ts'

interface ImageFact {
  readonly ref: string
  readonly there: boolean
}

export interface ExtraFact {
  readonly name: ExtraName
  readonly there: boolean
}

/** The images of a drill, and which of them the engine has. */
export interface ImageFacts {
  readonly workload: ImageFact
  readonly node: ImageFact & {
    /** The user named it: it must be this one. */
    readonly asked: boolean
  }
  /** kind runs it in front of several control planes. */
  readonly balancer: ImageFact
  /** Of the second prober, which a drill needs only with --second-prober. */
  readonly secondProber: ImageFact
  /** The official image that setup tries to get before it builds one. */
  readonly officialNode: string
  /** Those of `--with`, in the order in which they were asked for. */
  readonly extra: readonly ExtraFact[]
  /** Debian packages that building the node and balancer images needs. */
  readonly buildPackages: readonly string[]
}

/** Some tens of milliseconds. Without an engine no image is there. */
export async function readImages(
  engine: boolean,
  options: { readonly nodeImage?: string; readonly extra?: readonly ExtraName[]; readonly signal?: AbortSignal },
): Promise<ImageFacts> {
  const [chosen, second] = await Promise.all([chosenImages(options), secondProberImageRef()])
  const refs = [chosen.workload, chosen.node, versions.balancerImage, second]
  const [workload = false, node = false, balancer = false, secondThere = false] = engine
    ? await Promise.all(refs.map((ref) => imageExists(ref, options.signal)))
    : []
  const extra = (options.extra ?? []).map(async (name): Promise<ExtraFact> => {
    const all = (await extraImages[name].refs()).map((ref) => imageExists(ref, options.signal))
    return { name, there: engine && (await Promise.all(all)).every(Boolean) }
  })
  return {
    workload: { ref: chosen.workload, there: workload },
    node: { ref: chosen.node, there: node, asked: options.nodeImage !== undefined },
    balancer: { ref: versions.balancerImage, there: balancer },
    secondProber: { ref: second, there: secondThere },
    officialNode: officialNodeImage,
    extra: await Promise.all(extra),
    buildPackages: hostPackages,
  }
}
