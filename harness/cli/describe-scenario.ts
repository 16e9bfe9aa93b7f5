import { libraryRecovery } from '../../lib/index.ts'
import type { Node } from '../../lib/node.ts'
import type { Scenario } from '../model/model.ts'

/** The scenario in words: what is destroyed where, what is expected, which steps, which checks. */
export async function describeScenario(scenario: Scenario): Promise<readonly string[]> {
  const { title, hypothesis, fault, recovery, feltBy, checks, budgets, expects } = scenario
  const steps = recovery === undefined ? [] : await libraryRecovery().plan(paperInventory)
  return [
    `${scenario.id}: ${title}`,
    `  claims    ${hypothesis}`,
    `  expected  ${expects}`,
    '',
    fault ? `Fault ${fault.id}: ${fault.title}` : 'No fault: nothing is destroyed.',
    ...(fault?.destroys ?? []).map((line) => `  - ${line}`),
    ...(feltBy.length > 0 ? [`  felt by ${feltBy.join(', ')}`] : []),
    '',
    recovery === undefined ? 'No repair.' : `Repair ${recovery}, in this order:`,
    ...steps.map((step, index) => `  ${String(index + 1).padStart(2)}. ${step.id.padEnd(34)} ${step.title}`),
    '',
    'Checks:',
    ...checks.map((check) => `  - ${check.id.padEnd(26)} ${check.title}`),
    '',
    `Budgets: ${budgets.failedProbes} failed probes, longest gap ${budgets.longestGapMs} ms, coverage ${budgets.coverage * 100} %, recovered within ${budgets.recoveredMs / 1000} s of the repair's start (Nodes Ready and tokens re-issued within ${budgets.nodesAndTokensMs / 1000} s), ${budgets.furtherControlPlaneMs / 1000} s more for each further control plane`,
  ]
}

const refuse = () => Promise.reject(new Error('an explanation touches no machine'))
const paperNode = (name: string, role: Node['role']): Node => ({
  name,
  role,
  exec: refuse,
  readFile: refuse,
  writeFile: refuse,
})
const paperInventory = {
  controlPlanes: [paperNode('control-plane', 'control-plane')],
  workers: [paperNode('worker', 'worker')],
  kubeadmConfig: '',
}
