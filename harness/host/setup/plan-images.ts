import { extraImages, type ExtraName } from '../extra-images/extra-images.ts'
import { installLines } from './plan-engine.ts'
import { quote } from '../../../lib/shell/bash.ts'
import { needIds } from './need.ts'
import type { SetupFacts } from './setup-facts.ts'
import type { Action } from './setup-plan.ts'

/** The id of the action that builds them. */
export const extraAction = (name: ExtraName) => `${name}-images` as const

/** Pure: how missing images come to the engine. An action without commands is a build by drill itself. */
export function planImages(facts: SetupFacts): readonly Action[] {
  const { workload } = facts.images
  return [
    ...(workload.there
      ? []
      : [build('workload-image', `build the workload image ${workload.ref}`, 'a drill measures its pods')]),
    ...planPackages(facts),
    ...planNodeImage(facts),
    ...planBalancerImage(facts),
    ...planSecondProber(facts),
    ...facts.images.extra.flatMap(({ name, there }) => {
      const { title, why } = extraImages[name]
      return there ? [] : [build(extraAction(name), `build ${title}`, why)]
    }),
  ]
}

/** Pure: images that are pulled need none. */
function planPackages({ images, registry, missingPackages, host }: SetupFacts): readonly Action[] {
  const builds =
    images.extra.some(({ there }) => !there) ||
    (!registry && !(images.node.there || images.node.asked)) ||
    (!registry && !images.balancer.there)
  if (!builds || missingPackages.length === 0) return []
  const what = `install what building images needs: ${missingPackages.join(', ')}`
  return [
    {
      ...build('build-packages', what, 'no reachable registry has the images'),
      commands: installLines(missingPackages, host.dpkgInterrupted),
      rights: 'root',
    },
  ]
}

function planNodeImage({ images: { node, officialNode }, registry }: SetupFacts): readonly Action[] {
  if (node.there) return []
  if (node.asked) return [pull('node-image', `pull the node image ${node.ref}`, 'it was asked for', node.ref)]
  if (registry)
    return [
      pull(
        'node-image',
        `pull the node image ${officialNode}; if that fails, build one`,
        'the machines of a cluster run it',
        officialNode,
      ),
    ]
  const what = `build the node image ${node.ref} from Go modules and Debian packages (some 15 minutes on 2 cores the first time)`
  return [build('node-image', what, 'the machines of a cluster run it; no reachable registry has one')]
}

function planBalancerImage({ images: { balancer }, registry }: SetupFacts): readonly Action[] {
  const why = 'kind runs it in front of several control planes'
  if (balancer.there) return []
  if (registry)
    return [
      pull('balancer-image', `pull the balancer image ${balancer.ref}; if that fails, build one`, why, balancer.ref),
    ]
  return [build('balancer-image', `build the balancer image, under the name ${balancer.ref}`, why)]
}

/** Where Go is: a drill needs it only when it is asked for, and no host needs Go because of it. */
function planSecondProber({ images: { secondProber }, host }: SetupFacts): readonly Action[] {
  if (secondProber.there || !compilesSecondProber(host.go)) return []
  return [
    build('second-prober-image', `build the second prober ${secondProber.ref}`, 'drill run --second-prober runs it'),
  ]
}

/** Go 1.22 or later: older ones refuse its go.mod. */
function compilesSecondProber(go = ''): boolean {
  const [major = 0, minor = 0] = go.split('.').map(Number)
  return major > 1 || (major === 1 && minor >= 22)
}

type ImageNeed = 'workload-image' | 'node-image' | 'balancer-image' | 'second-prober-image'

function build(id: string, what: string, why: string): Action {
  return {
    id,
    // Doctor has no line for the packages, nor for what only some workloads need.
    need: needIds.find((need) => need === id) ?? 'node-image',
    what,
    why,
    commands: [],
    rights: 'user',
    changes: [],
  }
}

function pull(need: ImageNeed, what: string, why: string, ref: string): Action {
  return {
    id: `pull-${need}`,
    need,
    what,
    why,
    commands: [`docker pull ${quote(ref)}`],
    rights: 'user',
    changes: [],
  }
}
