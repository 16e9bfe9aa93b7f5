/** A Secret with a token of a key that nobody has, which the controller manager keeps as it is. */
export const immutableSecret = {
  ...{ apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/service-account-token', immutable: true },
  metadata: {
    ...{ name: 'immutable-token', namespace: 'drill-workload' },
    annotations: { 'kubernetes.io/service-account.name': 'legacy' },
  },
  stringData: { token: `${Buffer.from('{"alg":"RS256","kid":"lost"}').toString('base64url')}.e30.x` },
}
