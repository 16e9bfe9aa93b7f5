/** What judging a stored run needs; loaded only when one is judged. */
export { scenarioFor } from '../checks/checks-for.ts'
export { judgeRun } from '../run/judge-run.ts'
export { loadRun } from '../store/load-run.ts'
export { findScenario } from './find-scenario.ts'
