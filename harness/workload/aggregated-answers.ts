/** The API group that the workload's extension API server serves behind the cluster's API server. */
export const aggregatedGroup = { group: 'drill.example', version: 'v1', resource: 'echoes', kind: 'Echo' } as const
const { group, version, resource, kind } = aggregatedGroup
const groupVersion = `${group}/${version}`

export interface AggregatedFacts {
  readonly pod: string
  readonly nonce: string
  /** Whom the API server vouches for, from X-Remote-User. */
  readonly user: string
  /** SHA-256 of the CAs that callers are checked against now. */
  readonly callerCas: readonly string[]
}

/**
 * What the extension API server answers on a path: the discovery that the aggregator wants of every group
 * (staging/src/k8s.io/kube-aggregator), and one object. Undefined for everything else.
 */
export function aggregatedAnswer(path: string, facts: AggregatedFacts): unknown {
  const versions = [{ groupVersion, version }]
  if (path === '/apis')
    return {
      kind: 'APIGroupList',
      apiVersion: 'v1',
      groups: [{ name: group, versions, preferredVersion: versions[0] }],
    }
  if (path === `/apis/${group}`)
    return { kind: 'APIGroup', apiVersion: 'v1', name: group, versions, preferredVersion: versions[0] }
  if (path === `/apis/${groupVersion}`)
    return {
      kind: 'APIResourceList',
      apiVersion: 'v1',
      groupVersion,
      resources: [{ name: resource, singularName: 'echo', namespaced: false, kind, verbs: ['get', 'list'] }],
    }
  const item = { apiVersion: groupVersion, kind, metadata: { name: 'self' }, ...facts }
  if (path === `/apis/${groupVersion}/${resource}`)
    return { apiVersion: groupVersion, kind: `${kind}List`, metadata: {}, items: [item] }
  return path === `/apis/${groupVersion}/${resource}/self` ? item : undefined
}
