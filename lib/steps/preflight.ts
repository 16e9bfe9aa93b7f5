import type { Preflight } from '../engine/step.ts'
import { describeKeyless, refuseLostKeys, reportKeyless } from '../preflight/needed-signatures.ts'
import { reportInputs } from '../preflight/report-inputs.ts'
import { surveyCluster, type Preconditions } from '../preflight/survey.ts'

/** Surveys the cluster and checks the preconditions. Reads, changes nothing. */
export function preflight(preconditions: Preconditions): Preflight {
  return {
    id: 'preflight',
    title: 'Survey every machine, and check the preconditions',
    survey: (context) => surveyCluster(context, preconditions),
    preview: async (cluster) => describeKeyless(cluster),
    run: async (cluster, context) => reportInputs(context, cluster),
    refuseIdle: refuseLostKeys,
    report: reportKeyless,
  }
}
