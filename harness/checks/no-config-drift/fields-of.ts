/** A parsed file as fields: where something stands, and what. */
export type Fields = Readonly<Record<string, string>>

/**
 * Takes a parsed YAML object apart into fields that compare well: named things (containers, volumes, environment) by their name,
 * mounts by their path, flags of a command by theirs; the order of all these says nothing.
 */
export function fieldsOf(value: unknown): Fields {
  const fields: Record<string, string> = {}
  const walk = (at: string, part: unknown): void => {
    const children = childrenOf(part)
    if (children === undefined) fields[at] = typeof part === 'string' ? part : JSON.stringify(part ?? null)
    else for (const [key, child] of children) walk(at === '' ? key : `${at}.${key}`, child)
  }
  walk('', value)
  return fields
}

function childrenOf(part: unknown): readonly (readonly [key: string, child: unknown])[] | undefined {
  if (Array.isArray(part)) return part.every((item) => typeof item === 'string') ? flagsOf(part) : elementsOf(part)
  return typeof part === 'object' && part !== null ? Object.entries(part) : undefined
}

/** The flags of a command; undefined for a list of texts that is none. */
function flagsOf(words: readonly string[]): readonly (readonly [string, string])[] | undefined {
  if (!words.some((word) => word.startsWith('--'))) return undefined
  const flags = new Map<string, string>()
  for (const [index, word] of words.entries()) {
    const [, name = `word ${index}`, value = word] = /^(--[^=]+)(?:=([\s\S]*))?$/.exec(word) ?? []
    flags.set(name, flags.has(name) ? `${flags.get(name) ?? ''} ${value}` : value)
  }
  return [...flags]
}

/** By mount path or name, where every element has one and no two the same; else by position. */
function elementsOf(elements: readonly unknown[]): readonly (readonly [string, unknown])[] {
  for (const key of ['mountPath', 'name']) {
    const names = elements.map((element) => (element as Readonly<Record<string, unknown>> | null)?.[key])
    if (names.every((name) => typeof name === 'string') && new Set(names).size === names.length)
      return elements.map((element, index) => [names[index] ?? '', element])
  }
  return elements.map((element, index) => [String(index), element])
}
