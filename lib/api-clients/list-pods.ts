import { getRaw } from '../api/kube-api.ts'
import { podsIn, type Pod } from '../api/pods.ts'
import { sharedLook } from '../engine/single-flight.ts'
import type { Site } from '../preflight/survey.ts'

/** The pods of the cluster at this moment. */
export type LookAtPods = () => Promise<readonly Pod[]>

/** For many that wait for a pod each: every look costs the processor a program and the API a list. */
export function lookAtPods(site: Site, signal: AbortSignal): LookAtPods {
  return sharedLook(async () => podsIn((await getRaw(site.first, site, ['/api/v1/pods'], signal))[0]))
}
