import { styleText } from 'node:util'
import type { JournalEvent } from '../model/journal.ts'
import { outcomeText, resultSections } from '../../reports/model/result-sections.ts'
import { recoveryResultSchema } from '../model/recovery-result.ts'
import { openLiveLine } from './live-line.ts'

export interface Console {
  readonly event: (event: JournalEvent) => void
  close(): void
}

interface ConsoleOptions {
  readonly json: boolean
  readonly verbose: boolean
  /** Default: standard error, so that standard output holds results only. */
  readonly stream?: Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>
}

/**
 * Prints the progress of a run: one line per phase and step with the elapsed time, and on a terminal a live last line. With `json`
 * it prints the journal to standard output instead.
 */
export function openConsole(options: ConsoleOptions): Console {
  if (options.json)
    return { event: (event) => void process.stdout.write(`${JSON.stringify(event)}\n`), close: () => undefined }
  let origin = performance.now()
  const live = openLiveLine({ stream: options.stream, elapsedMs: () => performance.now() - origin })
  return {
    event(event) {
      origin = performance.now() - event.atMs
      const { title } = event as { title?: unknown }
      if (event.type.endsWith('.started') && typeof title === 'string') live.show(() => title)
      const line = lineOf(event, options.verbose)
      if (line !== undefined) live.print(line)
    },
    close: () => live.close(),
  }
}

type Line = (text: (key: string) => string) => string

/** The width of the time in front of a line, and of a phase's indent. */
const indent = ' '.repeat(10)

/** What a repair came to: the outcome, and a line for each thing; why it failed was said before. */
function endLines(value: unknown): string | undefined {
  const { data } = recoveryResultSchema.safeParse(value)
  if (!data) return undefined
  const colour = outcomeColours[data.outcome]
  const sections = resultSections(data).flatMap(({ title, lines }) => [
    `${indent}${title}:`,
    ...lines.map((line) => `${indent}  ${line}`),
  ])
  return [`  ${styleText(['bold', colour], outcomeText(data))}`, ...sections].join('\n')
}

const outcomeColours = {
  recovered: 'green',
  'nothing-to-do': 'green',
  degraded: 'yellow',
  refused: 'yellow',
  failed: 'red',
} as const

/** The console line of each event type; other types are not printed. */
const lines: Readonly<Record<string, Line>> = {
  'run.planned': (text) =>
    `${styleText('bold', text('scenario'))}: ${text('controlPlanes')} control plane(s), ${text('workers')} worker(s)  ${styleText('dim', text('runDir'))}`,
  'phase.started': (text) => styleText('bold', text('title')),
  'phase.failed': (text) => styleText('red', `${text('title')}: ${text('message')}`),
  'kind.said': (text) => `  ${styleText('dim', text('line'))}`,
  'cluster.taken-over': (text) => `  takes over that of ${text('from')}`,
  'cluster.handed-on': (text) => styleText('dim', `  ${text('cluster')} is handed on to the next drill`),
  'cluster.waiting': (text) => styleText('dim', `  waiting for ${shortened(text('missing'))}`),
  'baseline.unhealthy': (text) =>
    styleText('yellow', `  baseline unhealthy, no fault injected: ${text('summary')} ${text('details')}`),
  'fault.injected': (text) => `  ${styleText('yellow', text('title'))}`,
  'fault.proved': (text) => `  ${text('result')}: ${text('summary')}`,
  'step.started': (text) => `  ${text('title')}`,
  'step.skipped': (text) => styleText('dim', `  nothing to do: ${text('title')}`),
  'step.failed': (text) => styleText('red', `  ${text('title')}: ${text('message')}`),
  'recovery.said': (text) => `  ${styleText('dim', text('line'))}`,
  'milestone.reached': (text) => styleText('cyan', `  ${text('title')}`),
  'hold.given-back': (text) => styleText('dim', `  given back: ${text('what')}`),
  'hold.taken': (text) => styleText('dim', `    holds ${text('what')}, ${text('until')} at the latest`),
  'hold.kept': (text) => styleText('yellow', `  could not give back ${text('what')}: ${text('message')}`),
  'sa-key.retired': (text) =>
    styleText(
      'yellow',
      `  tokens of the lost key ${text('keyId').slice(0, 8)} are accepted until drill recover --finish`,
    ),
  'ca.kept-without-key': (text) => styleText('yellow', `    ${text('file')} is kept: ${text('reason')}`),
  'node.left': (text) => styleText('yellow', `    ${text('node')}: ${text('reason')}`),
  'node.back': (text) => styleText('dim', `    ${text('node')} is Ready now`),
  'write.refused': (text) => styleText('yellow', `    ${text('what')} is refused: ${text('reason')}`),
  'object.left': (text) => styleText('yellow', `    ${text('object')}: ${text('reason')}`),
  'client.restarted': (text) => styleText('dim', `    restarted ${text('pod')} on ${text('node')}: ${text('reason')}`),
  'client.left': (text) => styleText('yellow', `    ${text('pod')} on ${text('node')}: ${text('reason')}`),
  'machine.unreachable': (text) => styleText('yellow', `    ${text('node')}: ${text('reason')}`),
  'clients.unobserved': (text) => styleText('yellow', `    ${text('node')}: ${text('reason')}`),
  'static-pod.lost': (text) => styleText('yellow', `    ${text('pod')} on ${text('node')}: ${text('reason')}`),
  'token.left': (text) => styleText('yellow', `    ${text('pod')} on ${text('node')}: ${text('reason')}`),
  'pod.left': (text) => styleText('yellow', `    ${text('pod')} on ${text('node')}: ${text('reason')}`),
  'api-server.not-handed-over': (text) =>
    styleText('yellow', `    ${text('node')}: requests may have failed during the restart: ${text('reason')}`),
  'recovery.killed': (text) => styleText('yellow', `  repair killed ${text('where')}; restarting it`),
  'recovery.not-killed': (text) =>
    styleText('yellow', `  crash point not reached (${text('where')}); the repair ran to completion`),
  'orphan.stopped': (text) =>
    styleText('yellow', `    stopped on ${text('node')} a script of the killed repair: ${text('script')}`),
  'recovery.plan-failed': (text) => styleText('yellow', `  planning failed: ${text('chain')}`),
  'recovery.failed': (text) => {
    const how = text('refused') === '' ? 'repair failed' : `repair refused (${text('refused')})`
    return styleText('red', `  ${how}: ${text('chain')}`)
  },
  'evidence.missing': (text) =>
    styleText('yellow', `  no evidence for ${text('check')} (${text('when')}): ${text('chain')}`),
  'undo.failed': (text) => styleText('red', `  cleanup failed, could not ${text('what')}: ${text('message')}`),
  'run.failed': (text) => styleText('red', `run ended in phase ${text('phase')}: ${text('message')}`),
  'interrupt.repeated': () => '  already cleaning up: deleting the cluster takes some seconds',
}

const shortened = (list: string) => {
  const parts = list.split(', ')
  return parts.length <= 3 ? list : `${parts.slice(0, 3).join(', ')} and ${parts.length - 3} more`
}

function lineOf(event: JournalEvent, verbose: boolean): string | undefined {
  const text = (key: string) => {
    const parts = [event[key] ?? ''].flat().map(String)
    // An error often says what its cause says.
    return parts.filter((part, at) => !parts.slice(0, at).some((earlier) => earlier.includes(part))).join(' <- ')
  }
  if (event.type === 'command.finished') {
    return verbose
      ? styleText('dim', `    ${text('node')}: ${text('command')}  [${text('exitCode')}, ${text('durationMs')} ms]`)
      : undefined
  }
  if (event.type === 'recovery.ended') return endLines(event['result'])
  return lines[event.type]?.(text)
}
