import { parse } from 'yaml'
import type { Json } from '../model.ts'

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The object under a key, or an empty one. */
export function objectAt(parent: Json, key: string): Json {
  const value = parent[key]
  return isObject(value) ? value : {}
}

/** The objects in the list under a key; what is no object is left out. */
export function objectsAt(parent: Json, key: string): Json[] {
  const value = parent[key]
  return Array.isArray(value) ? value.filter(isObject) : []
}

/** The list of words under a key, each as a string. */
export function wordsAt(parent: Json, key: string): string[] {
  const value = parent[key]
  return Array.isArray(value) ? value.map(String) : []
}

/** The non-empty string under a key. */
export function stringAt(parent: Json, key: string): string | undefined {
  const value = parent[key]
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function numberAt(parent: Json, key: string): number | undefined {
  const value = parent[key]
  return typeof value === 'number' ? value : undefined
}

/** The object in a YAML or JSON text; undefined where there is none. */
export function objectIn(text: string): Json | undefined {
  try {
    const parsed: unknown = parse(text)
    return isObject(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}
