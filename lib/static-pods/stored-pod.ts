import { PbfReader } from 'pbf'
import { isObject, objectAt, objectsAt, stringAt, wordsAt } from '../engine/json.ts'
import type { Component, Json, StaticPodSpec } from '../model.ts'
import { decodePod } from './decode-pod.ts'

/** The object is encrypted at rest: only the API server's own key opens it. */
export const isEncrypted = (value: Buffer): boolean => value.subarray(0, 8).toString() === 'k8s:enc:'

/**
 * The data of a ConfigMap as the API server stores it (protobuf, or JSON where it is configured so); undefined where it is
 * neither.
 */
export function configMapData(value: Buffer): Readonly<Record<string, string>> | undefined {
  const json = jsonOf(value)
  if (json) return Object.fromEntries(Object.entries(objectAt(json, 'data')).map(([key, text]) => [key, String(text)]))
  const raw = protobufOf(value)
  if (!raw) return undefined
  const data: Record<string, string> = {}
  // ConfigMap: metadata 1, data 2 (k8s.io/api/core/v1/generated.proto); a map is a list of { key 1, value 2 }.
  new PbfReader(raw).readFields((tag, into, pbf) => {
    if (tag !== 2) return
    const entry = strings(pbf, { key: 1, value: 2 })
    into[entry.key] = entry.value
  }, data)
  return data
}

/**
 * The static pod that a mirror pod shows; undefined where the value is no pod.
 * @param component the name of its main container; where it has none of that name the first one is
 */
export function staticPodSpecOf(value: Buffer, component: Component): StaticPodSpec | undefined {
  const raw = protobufOf(value)
  const json = raw ? undefined : jsonOf(value)
  const decoded = raw ? decodePod(new PbfReader(raw)) : json && { pod: json, unknown: [] }
  const spec = decoded && staticPodSpecFromJson(decoded.pod, component)
  return spec && spec.command.length > 0 ? { ...spec, ...decoded } : undefined
}

/** A pod as the API server stores it, in JSON; undefined where it is none or encrypted. */
export function podIn(value: Buffer): Json | undefined {
  if (isEncrypted(value)) return undefined
  const raw = protobufOf(value)
  return raw ? decodePod(new PbfReader(raw)).pod : jsonOf(value)
}

/** The strings of a message, by their field numbers. */
function strings<K extends string>(pbf: PbfReader, fields: Readonly<Record<K, number>>): Record<K, string> {
  const names = Object.entries<number>(fields)
  const found = Object.fromEntries(names.map(([name]) => [name, ''])) as Record<K, string>
  return pbf.readMessage((tag, into) => {
    const name = names.find(([, number]) => number === tag)?.[0]
    if (name !== undefined) into[name as K] = pbf.readString()
  }, found)
}

/**
 * The message in an object as the API server stores it: `k8s\0`, then runtime.Unknown with it in field 2 (apimachinery,
 * runtime/serializer/protobuf).
 */
export function protobufOf(value: Buffer): Uint8Array | undefined {
  if (value.subarray(0, 4).toString('latin1') !== 'k8s\0') return undefined
  const unknown: { raw?: Uint8Array } = {}
  new PbfReader(value.subarray(4)).readFields((tag, into, pbf) => {
    if (tag === 2) into.raw = pbf.readBytes()
  }, unknown)
  return unknown.raw
}

function jsonOf(value: Buffer): Json | undefined {
  if (value[0] !== 0x7b) return undefined
  const parsed: unknown = JSON.parse(value.toString())
  return isObject(parsed) ? parsed : undefined
}

/** What the main container of a pod runs, of a pod in JSON or of a manifest in YAML; operators put sidecars before it. */
export function staticPodSpecFromJson(pod: Json, component: Component): StaticPodSpec | undefined {
  const spec = objectAt(pod, 'spec')
  const containers = objectsAt(spec, 'containers')
  const container = containers.find(({ name }) => name === component) ?? containers[0]
  if (!container) return undefined
  const resources = objectAt(container, 'resources')
  return {
    image: stringAt(container, 'image') ?? '',
    command: [...wordsAt(container, 'command'), ...wordsAt(container, 'args')],
    env: objectsAt(container, 'env').map((entry) => ({
      name: String(entry['name']),
      value: stringAt(entry, 'value') ?? '',
    })),
    mounts: objectsAt(container, 'volumeMounts').map((mount) => ({
      name: String(mount['name']),
      mountPath: String(mount['mountPath']),
      readOnly: mount['readOnly'] === true,
    })),
    volumes: objectsAt(spec, 'volumes').map((volume) => ({
      name: String(volume['name']),
      path: stringAt(objectAt(volume, 'hostPath'), 'path') ?? '',
      type: stringAt(objectAt(volume, 'hostPath'), 'type') ?? '',
    })),
    resources: { limits: quantities(resources, 'limits'), requests: quantities(resources, 'requests') },
  }
}

/** In YAML a quantity may be a number. */
const quantities = (resources: Json, key: 'limits' | 'requests') =>
  Object.fromEntries(Object.entries(objectAt(resources, key)).map(([name, value]) => [name, String(value)]))
