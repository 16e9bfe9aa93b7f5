import { suiteOf, type TestCase, type TestSuite } from '../test-suite.ts'
import type { Matrix, MatrixRow } from './merge-runs.ts'

/**
 * One suite per row, for JUnit and CTRF. Its first case says whether the run ended as expected; checks that are no pass because the drill
 * is made to give that are skipped.
 */
export function matrixSuites({ rows }: Matrix): readonly TestSuite[] {
  return rows.map((row) => {
    const ended = { id: 'ended-as-expected', title: 'Ended as expected', ...ending(row) }
    const name = `drill run ${row.drill}`
    if (row.run === null) {
      const [scenario = ''] = row.state === 'missing' ? row.drill.split(' ') : ['unreadable']
      return {
        ...{ name: `${name} (${row.state})`, className: `drill.${scenario}`, startedAt: null, durationMs: null },
        ...{ properties: [['run', row.state]], cases: [ended] },
      }
    }
    const suite = suiteOf(row.run.record)
    const cases = suite.cases.map((one): TestCase =>
      row.verdict === 'pass' && one.verdict !== 'pass' ? { ...one, skipped: true } : one,
    )
    return { ...suite, name: `${name} (${row.run.record.id})`, cases: [ended, ...cases] }
  })
}

const ending = ({ verdict, summary }: MatrixRow): Omit<TestCase, 'id' | 'title'> => ({ verdict, summary, details: [] })
