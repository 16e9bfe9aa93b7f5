import { PbfReader } from 'pbf'
import { isObject, objectAt, objectsAt, stringAt, wordsAt } from '../engine/json.ts'
import type { HostVolume, Json, Mount, StaticPodSpec } from '../model.ts'

/** The object is encrypted at rest: only the API server's own key opens it. */
export const isEncrypted = (value: Buffer): boolean => value.subarray(0, 8).toString() === 'k8s:enc:'

/**
 * The data of a ConfigMap as the API server stores it (protobuf, or JSON where it is configured so); undefined where it is
 * neither.
 */
export function configMapData(value: Buffer): Readonly<Record<string, string>> | undefined {
  const json = jsonOf(value)
  if (json) return Object.fromEntries(Object.entries(objectAt(json, 'data')).map(([key, text]) => [key, String(text)]))
  const raw = rawOf(value)
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

/** The static pod that a mirror pod shows; undefined where the value is no pod. */
export function staticPodSpecOf(value: Buffer): StaticPodSpec | undefined {
  const json = jsonOf(value)
  if (json) return staticPodSpecFromJson(json)
  const raw = rawOf(value)
  if (!raw) return undefined
  const facts: Writable = {
    image: '',
    command: [],
    env: [],
    mounts: [],
    volumes: [],
    resources: { limits: {}, requests: {} },
  }
  // Pod: metadata 1, spec 2; PodSpec: volumes 1, containers 2.
  new PbfReader(raw).readFields((tag, into, pbf) => {
    if (tag !== 2) return
    pbf.readMessage((field) => {
      if (field === 1) into.volumes.push(volumeIn(pbf))
      else if (field === 2) containerIn(pbf, into)
    }, into)
  }, facts)
  return facts.command.length === 0 ? undefined : facts
}

interface Writable {
  image: string
  command: string[]
  env: { name: string; value: string }[]
  mounts: Mount[]
  volumes: HostVolume[]
  resources: { limits: Record<string, string>; requests: Record<string, string> }
}

/** Container: image 2, command 3, args 4, env 7, resources 8, volumeMounts 9. */
function containerIn(pbf: PbfReader, into: Writable): void {
  pbf.readMessage((field) => {
    if (field === 2) into.image = pbf.readString()
    else if (field === 3 || field === 4) into.command.push(pbf.readString())
    else if (field === 7) into.env.push(strings(pbf, { name: 1, value: 2 }))
    else if (field === 8) resourcesIn(pbf, into.resources)
    else if (field === 9) into.mounts.push(mountIn(pbf))
  }, into)
}

/** ResourceRequirements: limits 1, requests 2; maps, whose values are a Quantity: string 1 (apimachinery, api/resource). */
function resourcesIn(pbf: PbfReader, into: Writable['resources']): void {
  pbf.readMessage((field) => {
    if (field !== 1 && field !== 2) return
    const entry = { key: '', value: '' }
    pbf.readMessage((part) => {
      if (part === 1) entry.key = pbf.readString()
      else if (part === 2) entry.value = strings(pbf, { text: 1 }).text
    }, entry)
    into[field === 1 ? 'limits' : 'requests'][entry.key] = entry.value
  }, into)
}

/** VolumeMount: name 1, readOnly 2, mountPath 3. */
function mountIn(pbf: PbfReader): Mount {
  const mount = { name: '', readOnly: false, mountPath: '' }
  return pbf.readMessage((field, into) => {
    if (field === 1) into.name = pbf.readString()
    else if (field === 2) into.readOnly = pbf.readBoolean()
    else if (field === 3) into.mountPath = pbf.readString()
  }, mount)
}

/** Volume: name 1, volumeSource 2; VolumeSource: hostPath 1; HostPathVolumeSource: path 1, type 2. */
function volumeIn(pbf: PbfReader): HostVolume {
  const volume = { name: '', path: '', type: '' }
  return pbf.readMessage((field, into) => {
    if (field === 1) into.name = pbf.readString()
    else if (field === 2)
      pbf.readMessage((source) => {
        if (source === 1) Object.assign(into, strings(pbf, { path: 1, type: 2 }))
      }, into)
  }, volume)
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

/** `k8s\0`, then runtime.Unknown with the object in field 2 (apimachinery, runtime/serializer/protobuf). */
function rawOf(value: Buffer): Uint8Array | undefined {
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

/** The same of a pod in JSON or of a manifest in YAML. */
export function staticPodSpecFromJson(pod: Json): StaticPodSpec | undefined {
  const spec = objectAt(pod, 'spec')
  const [container] = objectsAt(spec, 'containers')
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
