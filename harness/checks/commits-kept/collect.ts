import type { DrillContext } from '../../model/context.ts'
import { eventually, momentOf } from '../../observe/collecting.ts'
import type { Commits } from './evidence.ts'
import { ledgerSchema } from './evidence.ts'
import { keepLedger } from './keep-ledger.ts'
import { psqlSession } from './psql-session.ts'
import { startWriter, type Writer } from './writer.ts'

const background = 'commits'
/** A ledger that nobody stops, as of a run that ended early, ends by itself. */
const longestMs = 60 * 60_000
const standbyPatienceMs = 20_000

/** Begins to commit the ledger. */
export async function collectCommitsBefore(context: DrillContext): Promise<void> {
  const writer = await startWriter(context)
  const ended = new AbortController()
  const signal = AbortSignal.any([context.signal, ended.signal, AbortSignal.timeout(longestMs)])
  const kept = keepLedger({ connect: () => psqlSession(writer.psql), nowMs: () => context.journal.nowMs(), signal })
  context.background.set(background, {
    async stop() {
      ended.abort()
      try {
        return { ledger: await kept, ...(await entriesNow(writer, context.signal)) }
      } finally {
        await writer.remove()
      }
    },
  })
}

/** Ends the ledger, and stores evidence `commits-settled`: what was acknowledged, and what both servers have. */
export function collectCommitsAfter(context: DrillContext): Promise<void> {
  return context.evidence.once('commits-settled', async (): Promise<Commits> => {
    const running = context.background.get(background)
    if (!running) throw new Error('no ledger was committed')
    const { ledger, ...entries } = (await running.stop()) as Omit<Commits, 'atMs' | 'takenAt'>
    return { ...momentOf(context), ledger: ledgerSchema.parse(ledger), ...entries }
  })
}

/** The standby is given time to come after. */
async function entriesNow(
  writer: Pick<Writer, 'entries'>,
  signal: AbortSignal,
): Promise<Pick<Commits, 'primary' | 'standby' | 'standbyProblem'>> {
  const primary = [...(await writer.entries('primary'))]
  const look = async (): Promise<Pick<Commits, 'standby' | 'standbyProblem'>> => {
    try {
      return { standby: [...(await writer.entries('standby'))], standbyProblem: null }
    } catch (error) {
      signal.throwIfAborted()
      return { standby: null, standbyProblem: error instanceof Error ? error.message : String(error) }
    }
  }
  const isSame = ({ standby }: Pick<Commits, 'standby'>) => standby?.join() === primary.join()
  return { primary, ...(await eventually(look, isSame, { patienceMs: standbyPatienceMs, signal })) }
}
