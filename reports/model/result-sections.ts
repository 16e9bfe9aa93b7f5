import type { RecoveryResultRecord as Result } from '../../harness/model/recovery-result.ts'

/** A part of what a recovery came to: a heading, and a line for each thing. */
export interface ResultSection {
  readonly title: string
  readonly lines: readonly string[]
}

const words: Readonly<Record<Result['outcome'], string>> = {
  recovered: 'Recovered',
  'nothing-to-do': 'Nothing to do: nothing is lost or damaged',
  degraded: 'Recovered, but not everything',
  refused: 'Refused: nothing was changed',
  failed: 'Failed',
}

/** The outcome of a recovery in a few words. */
export const outcomeText = ({ outcome }: Result): string => words[outcome]

/** What a recovery came to, in words; sections without a line are left out. Pure. */
export function resultSections(result: Result): readonly ResultSection[] {
  const { left, held, givenBack, opened, backups, next } = result
  const sections: readonly ResultSection[] = [
    { title: 'Not as it was before', lines: left.map((each) => `${nameOf(each)}: ${each.reason}`) },
    { title: 'Rejected clients', lines: clientLines(result) },
    {
      title: 'Held still',
      lines: held.map(({ what, until, reason }) => `${what}, ${until} (could not be given back: ${reason})`),
    },
    { title: 'Given back', lines: givenBack },
    { title: 'Still has the lost CA or key', lines: trustLines(result) },
    { title: 'Opened or made', lines: opened.map((each) => `${at(each.what, each.node)}: ${each.reason}`) },
    { title: 'Backed up', lines: backups.map(backupLine) },
    { title: 'Next', lines: next },
  ]
  return sections.filter(({ lines }) => lines.length > 0)
}

const at = (what: string, node: string | undefined): string => (node === undefined ? what : `${what} on ${node}`)

function nameOf({ kind, name, node }: Result['left'][number]): string {
  if (kind === 'machine' || kind === 'object') return name
  return kind === 'ca' ? `the CA ${name}` : `${kind} ${at(name, node)}`
}

function clientLines({ left, rejectedClients: { state, others, unseen } }: Result): readonly string[] {
  if (state === 'unaffected') return []
  if (state === 'none')
    return ['No client is rejected: each had the time to retry, and the API servers logged whom they reject.']
  const pods = left.filter(({ kind }) => kind === 'client').map(({ name, node }) => `pod ${at(name, node)}`)
  const rejected = others.map(({ where, reason }) => `${where}: ${reason}; give it the new CA, or new credentials.`)
  const hidden = unseen.map(({ what, reason }) => `not seen: ${what} (${reason})`)
  return [...(state === 'unknown' ? ['Whether any is rejected is unknown.'] : []), ...pods, ...rejected, ...hidden]
}

const lostWords = {
  'cluster-ca': 'the lost CA',
  'etcd-ca': "a CA with the name of etcd's, or a certificate of one, that is not the present one",
  'front-proxy-ca': "a CA with the name of the front proxy's, or a certificate of one, that is not the present one",
  'sa-key': 'a token of the lost key',
} as const

function trustLines({ lostTrust: { state, found, unseen } }: Result): readonly string[] {
  if (state === 'unaffected') return []
  const seen = found.map(({ where, node, lost }) => `${at(where, node)}: ${lostWords[lost]}`)
  const hidden = unseen.map(({ what, reason }) => `not seen: ${what} (${reason})`)
  if (state === 'unknown')
    return [
      ...seen,
      ...hidden,
      seen.length + hidden.length > 0
        ? 'Whether anything else has is unknown: the repair ended before it had looked.'
        : 'Unknown: the repair ended before it had looked.',
    ]
  return seen.length + hidden.length > 0
    ? [...seen, ...hidden]
    : ['Nothing: no Secret, ConfigMap, caBundle or kubeconfig that was looked at.']
}

function backupLine({ node, directory, files }: Result['backups'][number]): string {
  const count = files.length === 1 ? '1 file' : `${files.length} files`
  const keys = files.some((file) => /\.(key|conf|pem)$/.test(file))
  const note = keys ? '; private keys are among them: delete it when nobody needs it any more' : ''
  return `${count} on ${node}${directory === '' ? '' : ` in ${directory}`}${note}`
}
