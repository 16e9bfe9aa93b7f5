import { stepFromFindings } from '../engine/step-from-findings.ts'
import {
  describeOutdated,
  outdatedKubelets,
  updateKubelets,
  type OutdatedKubelet,
} from '../kubelet/outdated-kubelets.ts'
import { previewWithoutCa } from './preview-without.ts'

/**
 * The workers' kubelets, and those of control planes that synced their pods before the new CA was published: on their
 * own they would sync again only after 60 to 90 s, and until then their pods hold the new token with the old CA.
 */
export const restartKubelets = stepFromFindings<OutdatedKubelet>({
  id: 'restart-kubelets',
  title: 'Give kubelets their new identity, and their pods the new CA; containers keep running',
  previewWithout: previewWithoutCa(),
  describe: describeOutdated,
  find: outdatedKubelets,
  work: updateKubelets,
})
