import { configFromEtcd } from '../kubeadm/config-from-etcd.ts'
import type { RecoveryOptions } from '../engine/options.ts'
import { surveySaKey } from '../pki/sa-key/survey-sa-key.ts'
import { refuseCaElsewhere } from './ca-elsewhere.ts'
import { surveyKeylessCas } from './cas-in-use.ts'
import { refuseWrongClocks } from './clocks.ts'
import { refuseFullDisks } from './disks.ts'
import { refuseLostEncryptionKeys } from './encryption-keys.ts'
import { refuseMovedData } from './etcd-directory.ts'
import { refuseWrongMembers } from './etcd-members.ts'
import { refuseOtherClusters } from './one-cluster.ts'
import { refuseLostKubeletConfig } from './kubelet-config.ts'
import { refuseOtherPaths } from './kubelet-paths.ts'
import { refuseUnreachable } from './unreachable.ts'
import { refuseUnfinished } from './unfinished-repair.ts'
import { refuseSignatures } from './needed-signatures.ts'
import { refuseOldTokens, withRetiredKeys } from './old-tokens.ts'
import { refuseMissingFiles } from './operator-files.ts'
import { surveyLostCas, surveyReplacedCas } from './replaced-cas.ts'
import { refuseMissingTools } from './tools.ts'
import { refuseWrongNode } from './right-node.ts'
import { refuseOtherConfiguration } from './same-configuration.ts'
import { refuseOtherEndpoint } from './same-endpoint.ts'
import { refuseUnreadablePods } from './whole-manifests.ts'
import type { Preconditions, SurveyedEtcd, SurveyedNode } from './survey.ts'

const named = ({ name, facts }: SurveyedNode) => ({ name, ...facts })
const storedConfig = ({ controlPlanes }: SurveyedEtcd) => configFromEtcd(controlPlanes)

/** What any repair needs to be true of the machines that it is given. */
export const machinePreconditions: Preconditions = {
  nodes: [
    ({ machines }) => machines.forEach(({ node, facts }) => refuseWrongNode(node, facts)),
    ({ machines }) => refuseMissingTools(machines.map(named)),
    ({ machines }) => refuseLostKubeletConfig(machines.filter(({ node }) => node.role === 'control-plane').map(named)),
    ({ machines }) => refuseWrongClocks(machines),
    ({ machines }) => refuseFullDisks(machines.map(named)),
    ({ machines }) => refuseOtherClusters(machines.map(named)),
    ({ workers, given }) => given && refuseOtherEndpoint(given, workers.map(named)),
  ],
  etcd: [
    ({ controlPlanes }) =>
      refuseWrongMembers(controlPlanes.map(({ name, facts, etcd }) => ({ name, addresses: facts.addresses, etcd }))),
    (etcd) => {
      const found = storedConfig(etcd)
      if (etcd.given && found) refuseOtherConfiguration(etcd.given, found)
    },
    (etcd) => {
      const config = etcd.given ?? storedConfig(etcd)
      if (config) refuseMovedData(etcd.controlPlanes.map(named), config.etcdDataDir)
    },
  ],
  cluster: [
    (cluster, { signal }) => refuseMissingFiles(cluster, signal),
    ({ controlPlanes, config }, { signal }) => refuseLostEncryptionKeys(controlPlanes, config, signal),
  ],
}

/**
 * Those of the end of a repair: files that a killed one left would be removed, and with them what it must go on with; and nobody may use
 * a token of a lost key any more.
 */
export const finishPreconditions: Preconditions = {
  ...machinePreconditions,
  nodes: [...machinePreconditions.nodes, ({ machines }) => refuseUnfinished(machines.map(named))],
  cluster: [
    ...machinePreconditions.cluster,
    async ({ unreachable }) => refuseUnreachable(unreachable),
    async (cluster, { signal }) => refuseOldTokens(cluster, await withRetiredKeys(cluster, signal), signal),
  ],
}

/**
 * Those of the library's repair: two control planes with different whole CAs or keys are refused as well, a CA that is in use of which
 * more than the key is missing, one that is to be replaced and is whole, and whatever needs a key that no control plane has. A
 * service-account key that will be replaced may be any.
 */
export function repairPreconditions({
  compromised,
  externalCa,
  replace,
}: Pick<RecoveryOptions, 'compromised' | 'externalCa' | 'replace'>): Preconditions {
  return {
    ...machinePreconditions,
    nodes: [...machinePreconditions.nodes, ({ machines }) => refuseOtherPaths(machines.map(named))],
    cluster: [
      ...machinePreconditions.cluster,
      (cluster, { signal }) => surveyReplacedCas(cluster, replace, signal),
      (cluster, context) => surveyKeylessCas(cluster, context, externalCa),
      (cluster, context) => refuseCaElsewhere(cluster, context, replace),
      surveyLostCas,
      (cluster, { signal }) => surveySaKey(cluster, compromised === 'sa-key', signal),
      (cluster, { signal }) => refuseUnreadablePods(cluster, signal),
      (cluster, { signal }) => refuseSignatures(cluster, signal),
    ],
  }
}
