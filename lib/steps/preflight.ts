import type { PlannedAction, Preflight } from '../engine/step.ts'
import { reportStoppedKubelets } from '../kubelet/stopped-kubelets.ts'
import type { ClusterState } from '../model.ts'
import { describeKeyless, refuseLostKeys, reportKeyless } from '../preflight/needed-signatures.ts'
import { reportInputs } from '../preflight/report-inputs.ts'
import { surveyCluster, type Preconditions } from '../preflight/survey.ts'

const describeUnreachable = ({ unreachable }: ClusterState): PlannedAction[] =>
  unreachable.map(({ name, reason }) => ({
    node: name,
    action: 'go on without it; its pods may be evicted once the controllers lead again',
    reason,
  }))

/** Surveys the cluster and checks the preconditions. Reads, changes nothing. */
export function preflight(preconditions: Preconditions): Preflight {
  return {
    id: 'preflight',
    title: 'Survey every machine, and check the preconditions',
    survey: (context) => surveyCluster(context, preconditions),
    preview: async (cluster) => [...describeUnreachable(cluster), ...describeKeyless(cluster)],
    async run(cluster, context) {
      for (const { name, reason } of cluster.unreachable)
        context.emit({ type: 'machine.unreachable', node: name, reason })
      reportInputs(context, cluster)
    },
    refuseIdle: refuseLostKeys,
    report: reportKeyless,
    reportIdle: reportStoppedKubelets,
  }
}
