/** What judging a stored run needs; loaded only when one is judged. */
export { scenarioFor } from '../checks/checks-of.ts'
export { judgeRun } from '../drill/judge-run.ts'
export { loadRun } from '../record/load-run.ts'
export { findScenario } from './find-scenario.ts'
