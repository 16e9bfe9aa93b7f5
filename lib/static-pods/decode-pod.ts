import type { PbfReader } from 'pbf'
import type { Json } from '../model.ts'
import { podFields } from './pod-fields.ts'

/** Of a pod, what a manifest has. */
export interface DecodedPod {
  /** As in JSON: metadata with name, namespace, labels and annotations, and spec. */
  readonly pod: Json
  /** Where a field stands that is not in `podFields`: `spec.containers#19`. Without it the pod would not be the same. */
  readonly unknown: readonly string[]
}

type Message = keyof typeof podFields
type Fields = Readonly<Record<number, readonly [name: string, type: string]>>
type Writable = Record<string, unknown>

/** ObjectMeta (apimachinery, meta/v1/generated.proto); all else in it is the API's own. */
const metadataFields: Fields = {
  1: ['name', 'string'],
  3: ['namespace', 'string'],
  11: ['labels', 'strings'],
  12: ['annotations', 'strings'],
}

/** Reads a pod as the API server stores it: metadata 1, spec 2, and a status that no manifest has. */
export function decodePod(pbf: PbfReader): DecodedPod {
  const unknown: string[] = []
  const pod: Writable = {}
  pbf.readFields((tag, into) => {
    if (tag === 1) into['metadata'] = readFields(pbf, metadataFields, { path: 'metadata', unknown: [] })
    else if (tag === 2) into['spec'] = readFields(pbf, podFields.PodSpec, { path: 'spec', unknown })
  }, pod)
  return { pod, unknown }
}

interface Place {
  readonly path: string
  readonly unknown: string[]
}

function readFields(pbf: PbfReader, fields: Fields, { path, unknown }: Place): Json {
  return pbf.readMessage((tag, into: Writable) => {
    const [name, type] = fields[tag] ?? []
    if (name === undefined || type === undefined) {
      if (!isEmpty(pbf)) unknown.push(`${path}#${tag}`)
      return
    }
    add(
      into,
      name,
      type,
      readValue(pbf, type.replace(/^\[\]|\?$/g, ''), { path: name ? `${path}.${name}` : path, unknown }),
    )
  }, {})
}

/** Go writes fields that are no pointers also where they are empty. */
function isEmpty(pbf: PbfReader): boolean {
  const [varint, bytes] = [0, 2]
  if (pbf.type === varint) return pbf.readVarint() === 0
  return pbf.type === bytes && pbf.readBytes().length === 0
}

function add(into: Writable, name: string, type: string, value: unknown): void {
  if (name === '' || type === 'strings' || type === 'quantities') {
    // Inline in JSON; or an entry of a map.
    const target = name === '' ? into : ((into[name] ??= {}) as Writable)
    Object.assign(target, value)
  } else if (type.startsWith('[]')) {
    const list = (into[name] ??= []) as unknown[]
    list.push(value)
  } else if (type.endsWith('?') || !isZero(name, value)) into[name] = value
}

/** What Go writes though it is not set. `resources` is the one message that is no pointer. */
function isZero(name: string, value: unknown): boolean {
  if (name === 'resources') return Object.keys(value as object).length === 0
  return value === '' || value === 0 || value === false
}

function readValue(pbf: PbfReader, type: string, place: Place): unknown {
  if (type === 'string') return pbf.readString()
  if (type === 'bool') return pbf.readBoolean()
  if (type === 'int') return pbf.readVarint(true)
  if (type === 'quantity') return quantity(pbf)
  if (type === 'intOrString') return intOrString(pbf)
  if (type === 'strings') return entry(pbf, () => pbf.readString())
  if (type === 'quantities') return entry(pbf, () => quantity(pbf))
  return readFields(pbf, podFields[type as Message], place)
}

/** Quantity: string 1 (apimachinery, api/resource). */
function quantity(pbf: PbfReader): string {
  const { text } = pbf.readMessage(
    (tag, into) => {
      if (tag === 1) into.text = pbf.readString()
    },
    { text: '' },
  )
  return text
}

/** IntOrString: type 1 (0 is a number), intVal 2, strVal 3 (apimachinery, util/intstr). */
function intOrString(pbf: PbfReader): number | string {
  const { type, number, text } = pbf.readMessage(
    (tag, into) => {
      if (tag === 1) into.type = pbf.readVarint()
      else if (tag === 2) into.number = pbf.readVarint(true)
      else if (tag === 3) into.text = pbf.readString()
    },
    { type: 0, number: 0, text: '' },
  )
  return type === 0 ? number : text
}

/** An entry of a map: key 1, value 2. */
function entry(pbf: PbfReader, value: () => string): Record<string, string> {
  const { key, found } = pbf.readMessage(
    (tag, into) => {
      if (tag === 1) into.key = pbf.readString()
      else if (tag === 2) into.found = value()
    },
    { key: '', found: '' },
  )
  return { [key]: found }
}
