const spelled: Readonly<Record<string, string>> = { api: 'API', ca: 'CA', cas: 'CAs', sa: 'SA', dns: 'DNS' }

/** The name of a step in a few words, from its id: `restart-late-api-clients` is "Restart late API clients". */
export function shortStepName(id: string): string {
  const text = id
    .split('-')
    .map((word) => spelled[word] ?? word)
    .join(' ')
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
