import type { DrillContext } from '../../model/context.ts'
import { stopBackground, untilStopped } from '../../observe/background.ts'
import { eventually, momentOf } from '../../observe/collecting.ts'
import { type Commits, ledgerSchema } from './evidence.ts'
import { keepLedger } from './keep-ledger.ts'
import { psqlSession } from './psql-session.ts'
import { startWriter, type Writer } from './writer.ts'

const background = 'commits'
const standbyPatienceMs = 20_000

/** Begins to commit the ledger. */
export async function collectCommitsBefore(context: DrillContext): Promise<void> {
  const writer = await startWriter(context)
  const { signal, end } = untilStopped(context)
  const kept = keepLedger({ connect: () => psqlSession(writer.psql), nowMs: () => context.journal.nowMs(), signal })
  context.background.set(background, {
    async stop() {
      end()
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
    const stopped = stopBackground(context, background, 'no ledger was committed')
    const { ledger, ...entries } = (await stopped) as Omit<Commits, 'atMs' | 'takenAt'>
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
