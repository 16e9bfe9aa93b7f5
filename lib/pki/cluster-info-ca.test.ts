import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { Json } from '../model.ts'
import { ca, leaf } from '../testing/certificates.ts'
import { withCa } from './cluster-info-ca.ts'

const kubeconfig = `clusters: [{ cluster: { certificate-authority-data: ${Buffer.from(leaf).toString('base64')} } }]`

describe('withCa', () => {
  const data = { kubeconfig, 'jws-kubeconfig-abcdef': 'x..y', other: 'kept' }
  const configMap = { metadata: { name: 'cluster-info', resourceVersion: '7' }, data }
  const caIn = (renewed: Json | undefined) => {
    const text = (renewed?.['data'] as { kubeconfig: string }).kubeconfig
    const [first] = (parse(text) as { clusters: [{ cluster: Record<string, string> }] }).clusters
    return Buffer.from(first.cluster['certificate-authority-data'] ?? '', 'base64').toString()
  }

  it('replaces the CA and drops the signatures, and keeps all else', () => {
    const renewed = withCa(configMap, ca)
    expect(caIn(renewed)).toBe(ca)
    expect(renewed).toMatchObject({ kind: 'ConfigMap', metadata: configMap.metadata, data: { other: 'kept' } })
    expect(Object.keys(renewed?.['data'] as object)).not.toContain('jws-kubeconfig-abcdef')
  })

  it('has nothing to do where the CA is there, perhaps beside others, or where there is no kubeconfig', () => {
    expect(withCa(configMap, leaf)).toBeUndefined()
    const both = kubeconfig.replace(/data: [^ ]+/, `data: ${Buffer.from(`${ca}${leaf}`).toString('base64')}`)
    expect(withCa({ data: { kubeconfig: both } }, leaf)).toBeUndefined()
    expect(withCa({ data: { kubeconfig: 'hello' } }, ca)).toBeUndefined()
    expect(withCa({}, ca)).toBeUndefined()
  })
})
