const comment = /^# (TYPE|UNIT|HELP) (\S+) (.+)$/
const sample = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/
const label = /([a-zA-Z_]\w*)="((?:[^"\\]|\\[\\n"])*)"(?:,|$)/y
/** Of the types that drill writes: what follows the name of the family in the name of a sample. */
const suffixes: Readonly<Record<string, string>> = { gauge: '', stateset: '', info: '_info' }

interface Family {
  readonly name: string
  readonly type: string
  readonly comments: readonly (readonly [key: string, name: string, text: string])[]
  readonly samples: readonly string[]
}

/** What breaks the rules of OpenMetrics 1.0 in a text exposition, of those that concern gauges, infos and state sets. */
export function openMetricsProblems(text: string): readonly string[] {
  const lines = text.split('\n')
  const families = familiesIn(lines.slice(0, -2))
  const samples = families.flatMap((family) => family.samples.map(identityOf))
  return [
    ...when(lines.at(-1) !== '' || lines.at(-2) !== '# EOF', 'it does not end with # EOF and a line end'),
    ...repeated(families.map(({ name }) => name)).map((name) => `${name} is described twice`),
    ...families.flatMap(familyProblems),
    ...repeated(samples).map((one) => `the sample stands there twice: ${one}`),
  ]
}

const when = (is: boolean, problem: string): readonly string[] => (is ? [problem] : [])
const repeated = (texts: readonly string[]) => texts.filter((text, index) => texts.indexOf(text) < index)

/** A family begins with its TYPE; what stands before the first one belongs to a family without a name. */
function familiesIn(lines: readonly string[]): readonly Family[] {
  const families: Family[] = []
  for (const line of lines) {
    const [, key = '', name = '', text = ''] = comment.exec(line) ?? []
    const last = families.at(-1)
    if (key === 'TYPE' || last === undefined)
      families.push({ name, type: text, comments: [], samples: key === 'TYPE' ? [] : [line] })
    else if (key === '' || last.samples.length > 0)
      families[families.length - 1] = { ...last, samples: [...last.samples, line] }
    else families[families.length - 1] = { ...last, comments: [...last.comments, [key, name, text]] }
  }
  return families
}

function familyProblems({ name, type, comments, samples }: Family): readonly string[] {
  const unit = comments.find(([key]) => key === 'UNIT')?.[2]
  return [
    ...when(!(type in suffixes), `${name} has the unknown type ${type}`),
    ...comments.flatMap(([key, of]) => when(of !== name, `${key} of ${of} does not follow its TYPE`)),
    ...when(unit !== undefined && !name.endsWith(`_${unit}`), `${name} does not end in its unit ${unit ?? ''}`),
    ...when(unit !== undefined && type !== 'gauge', `${name}, ${type}, has a unit`),
    ...samples.flatMap((line) => sampleProblems(line, name, type)),
  ]
}

function sampleProblems(line: string, family: string, type: string): readonly string[] {
  const [, name = '', labels = '', value = ''] = sample.exec(line) ?? []
  const keys = labelsOf(labels)?.map(([key]) => key)
  if (name === '') return [`no sample: ${line}`]
  if (keys === undefined) return [`labels are not well-formed: ${line}`]
  return [
    ...when(name !== family + (suffixes[type] ?? ''), `${name} has no TYPE`),
    ...repeated(keys).map((key) => `label ${key} stands there twice: ${line}`),
    ...when(!Number.isFinite(Number(value)), `no number: ${line}`),
    ...when(type === 'info' && value !== '1', `an info is not 1: ${line}`),
    ...when(type === 'stateset' && !(/^[01]$/.test(value) && keys.includes(family)), `no state: ${line}`),
  ]
}

function identityOf(line: string): string {
  const [, name = '', labels = ''] = sample.exec(line) ?? []
  return `${name} ${JSON.stringify(labelsOf(labels)?.toSorted())}`
}

/** The labels; undefined where they are not written as they must be. */
function labelsOf(text: string): (readonly [string, string])[] | undefined {
  const pairs: (readonly [string, string])[] = []
  label.lastIndex = 0
  while (label.lastIndex < text.length) {
    const [whole, key = '', value = ''] = label.exec(text) ?? []
    if (whole === undefined) return undefined
    pairs.push([key, value])
  }
  return pairs
}
