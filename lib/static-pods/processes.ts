import { objectAt, objectIn, objectsAt, stringAt } from '../engine/json.ts'
import type { Component } from '../model.ts'
import { bash, type Script } from '../shell/bash.ts'

/** What runs of a static pod on a machine. */
export type StaticPodProcess =
  /** `startedAt`: when its container was made, seconds since 1970 by the machine's clock, just before its process starts. */
  | { readonly state: 'running'; readonly container: string; readonly startedAt: number }
  /**
   * It has ended, and kubelet will start it again, after failures only in up to five minutes (CrashLoopBackOff). `startedAt`: that
   * of the last one.
   */
  | { readonly state: 'waiting'; readonly startedAt: number }
  /** None was made since its manifest came, or one is just being started. */
  | { readonly state: 'absent' }

/** Emits the containers of these static pods as `containers`; needs emitFunction. Nothing where crictl cannot say. */
export function emitContainers(components: readonly Component[]): Script {
  const names = `^(${components.join('|')})$`
  return bash`
{ crictl ps --all --label io.kubernetes.pod.namespace=kube-system --name ${names} --output json 2>/dev/null || true; } |
  emit containers
`
}

/** What runs of a static pod, out of what emitContainers emitted. */
export function processOf(containers: string, component: Component): StaticPodProcess {
  const own = objectsAt(objectIn(containers) ?? {}, 'containers').filter(
    (container) => stringAt(objectAt(container, 'metadata'), 'name') === component,
  )
  const inState = (wanted: string) => own.filter(({ state }) => state === wanted).map(startOf)
  const [running] = inState('CONTAINER_RUNNING').toSorted(newestFirst)
  if (running) return { state: 'running', ...running }
  const [ended] = inState('CONTAINER_EXITED').toSorted(newestFirst)
  const isStarting = own.some(({ state }) => state === 'CONTAINER_CREATED')
  return ended && !isStarting ? { state: 'waiting', startedAt: ended.startedAt } : { state: 'absent' }
}

function startOf(container: Parameters<typeof stringAt>[0]) {
  // Nanoseconds, as a string.
  const startedAt = Number(stringAt(container, 'createdAt') ?? 0) / 1e9
  return { container: stringAt(container, 'id') ?? '', startedAt }
}

const newestFirst = (one: { readonly startedAt: number }, other: { readonly startedAt: number }) =>
  other.startedAt - one.startedAt
