import type { Scenario } from '../harness/model/scenario.ts'
import { healthy } from './healthy.ts'
import { healthyAfterEdits } from './healthy-after-edits.ts'
import { lostCaKey } from './lost-ca-key.ts'
import { lostEtcdData } from './lost-etcd-data.ts'
import { lostKubeletCredentials } from './lost-kubelet-credentials.ts'
import { lostPki } from './lost-pki.ts'
import { noRepair } from './no-repair.ts'
import { noop } from './noop.ts'
import { secondDisaster } from './second-disaster.ts'

/** What `drill list` shows, in its order. */
export const scenarios: readonly Scenario[] = [
  lostPki,
  lostKubeletCredentials,
  lostCaKey,
  lostEtcdData,
  healthy,
  healthyAfterEdits,
  secondDisaster,
  noop,
  noRepair,
]
