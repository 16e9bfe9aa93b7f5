import { isDeepStrictEqual } from 'node:util'
import { parse, stringify } from 'yaml'
import { isObject, objectAt } from '../engine/json.ts'
import type { Component, Json } from '../model.ts'

/** Made by kubelet for a mirror pod (pkg/kubelet/types/pod_update.go). */
const kubeletsAnnotations = /^kubernetes\.io\/config\./

/** What kubelet or the API give every pod that does not say otherwise (pkg/apis/core/v1/defaults.go; pkg/kubelet/config/common.go). */
const podDefaults: Readonly<Record<string, unknown>> = {
  restartPolicy: 'Always',
  dnsPolicy: 'ClusterFirst',
  schedulerName: 'default-scheduler',
  terminationGracePeriodSeconds: 30,
  enableServiceLinks: true,
  preemptionPolicy: 'PreemptLowerPriority',
}
const containerDefaults: Readonly<Record<string, unknown>> = {
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
  successThreshold: 1,
}
/** A default that kubeadm writes nevertheless. */
const defaultProtocol = 'TCP'
const defaultTolerations = [{ operator: 'Exists', effect: 'NoExecute' }]

/**
 * The manifest of a lost static pod: whole, as its mirror pod shows that it ran, with every container, probe and volume. Where
 * kubeadm makes the same, kubeadm's text.
 * @param made kubeadm's manifest
 * @param ran the mirror pod
 */
export function restoredManifest(made: string, ran: Json, component: Component): string {
  const manifest = manifestOf(ran, component)
  const parsed: unknown = parse(made)
  return isObject(parsed) && isDeepStrictEqual(comparable(parsed), comparable(manifest))
    ? made
    : stringify(manifest, { lineWidth: 0 })
}

function manifestOf(ran: Json, component: Component): Json {
  const { labels, annotations } = objectAt(ran, 'metadata') as { labels?: Json; annotations?: Json }
  const own = Object.entries(annotations ?? {}).filter(([name]) => !kubeletsAnnotations.test(name))
  const spec = Object.fromEntries(Object.entries(objectAt(ran, 'spec')).filter(([key]) => key !== 'nodeName'))
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...(own.length > 0 ? { annotations: Object.fromEntries(own) } : {}),
      ...(labels ? { labels } : {}),
      name: component,
      namespace: 'kube-system',
    },
    spec: withoutDefaults(spec),
  }
}

/** In the network of its machine a container listens on the port of its own; the API says it twice. */
const isOwnPort = (name: string, port: Json) => name === 'hostPort' && port['hostPort'] === port['containerPort']

/** Of a PodSpec. A container may have a restart policy too, and then it means something. */
function withoutDefaults(spec: Json): Json {
  const kept = Object.entries(spec).filter(
    ([name, each]) =>
      podDefaults[name] !== each && !(name === 'tolerations' && isDeepStrictEqual(each, defaultTolerations)),
  )
  return Object.fromEntries(kept.map(([name, each]) => [name, withoutContainerDefaults(each)]))
}

function withoutContainerDefaults(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutContainerDefaults)
  if (!isObject(value)) return value
  const kept = Object.entries(value).filter(
    ([name, each]) => containerDefaults[name] !== each && !isOwnPort(name, value),
  )
  return Object.fromEntries(kept.map(([name, each]) => [name, withoutContainerDefaults(each)]))
}

/** Without what makes no difference: defaults, what is empty, and the order of flags, mounts and volumes. */
function comparable(pod: Json): unknown {
  const { name, namespace, labels = {}, annotations = {} } = objectAt(pod, 'metadata')
  return ordered(
    { metadata: { name, namespace, labels, annotations }, spec: withoutDefaults(objectAt(pod, 'spec')) },
    '',
  )
}

const setLike = ['command', 'args', 'env', 'volumeMounts', 'volumes']

function ordered(value: unknown, key: string): unknown {
  if (Array.isArray(value)) {
    const list = value.map((each) => ordered(each, ''))
    return setLike.includes(key) ? list.toSorted(byText) : list
  }
  if (!isObject(value)) return value
  const quantities = key === 'limits' || key === 'requests'
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, each]) => [name, quantities ? String(each) : ordered(each, name)] as const)
      .filter(([name, each]) => (!isNothing(each) || name === 'emptyDir') && each !== defaultProtocol)
      .sort(([one], [other]) => one.localeCompare(other)),
  )
}

const byText = (one: unknown, other: unknown) => JSON.stringify(one).localeCompare(JSON.stringify(other))
const isNothing = (value: unknown) =>
  value === undefined ||
  value === null ||
  value === '' ||
  (typeof value === 'object' && Object.keys(value).length === 0)
