import type { Proof } from '../model/model.ts'
import type { ApiRefusal } from './api-refusal.ts'
import type { ControlPlaneState } from './control-plane-remains.ts'

/** What the last looks at one control plane saw. */
export interface Observed extends ControlPlaneState {
  readonly node: string
  readonly api: ApiRefusal
}

/**
 * Three-valued: `mismatch` when something is seen to stand still, else `inconclusive` when something did not answer, else
 * `confirmed`. Nothing observed is inconclusive.
 */
export function proofOf(observed: readonly Observed[]): Proof {
  const standing = observed.flatMap(standingOf)
  const unanswered = observed.flatMap(unansweredOf)
  const details = [...standing, ...unanswered, ...observed.flatMap(goneOf)]
  if (standing.length > 0)
    return { result: 'mismatch', summary: `the control plane is not gone: ${standing.join('; ')}`, details }
  if (observed.length === 0) return { result: 'inconclusive', summary: 'there is no control plane to look at', details }
  if (unanswered.length > 0)
    return {
      result: 'inconclusive',
      summary: `nobody can say that the control plane is gone: ${unanswered.join('; ')}`,
      details,
    }
  const where = observed.length === 1 ? 'the control plane' : `all ${observed.length} control planes`
  return { result: 'confirmed', summary: `files and sandboxes are gone and the API refuses on ${where}`, details }
}

const standingOf = ({ node, files, sandboxes, api }: Observed) => [
  ...(files && files.length > 0
    ? [`${node}: ${files.slice(0, 3).join(', ')}${files.length > 3 ? ' and more' : ''} still there`]
    : []),
  ...(sandboxes && sandboxes.length > 0 ? [`${node}: ${sandboxes.length} control-plane sandboxes still run`] : []),
  ...(api.result === 'answered' ? [`${node}: the API server still accepts connections`] : []),
]

const unansweredOf = ({ node, files, sandboxes, api }: Observed) => [
  ...(files === undefined || sandboxes === undefined ? [`${node}: the machine did not say what is left`] : []),
  ...(api.result === 'silent' ? [`${node}: the API server's port neither accepts nor refuses`] : []),
]

const goneOf = ({ node, files, sandboxes, api }: Observed) => [
  ...(files?.length === 0 ? [`${node}: no file below /etc/kubernetes`] : []),
  ...(sandboxes?.length === 0 ? [`${node}: no control-plane sandbox runs`] : []),
  ...(api.result === 'refused' ? [`${node}: the API server refused ${api.attempts} connections in a row`] : []),
]
