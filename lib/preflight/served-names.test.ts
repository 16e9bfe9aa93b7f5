import { expect, it } from 'vitest'
import { parseKubeadmConfig } from '../kubeadm/kubeadm-config.ts'
import { plain, v1beta4 } from '../testing/kubeadm-config.ts'
import { missingNames, withNames } from './served-names.ts'

const m1 = { name: 'm1', facts: { addresses: ['10.0.0.1'] } }
const endpoint = parseKubeadmConfig(v1beta4)

it('finds names by which workers reach the API and that the configuration lacks, once each', () => {
  const workers = [
    { name: 'w1', kubeletServer: 'https://api.shop:6443' },
    { name: 'w2', kubeletServer: 'https://api.shop:6443' },
    { name: 'w3', kubeletServer: 'https://[fd00::9]:6443' },
    { name: 'w4' },
  ]
  const found = missingNames(endpoint, workers, [])
  expect(found).toHaveLength(2)
  expect(found).toEqual(
    expect.arrayContaining([
      { name: 'api.shop', usedBy: 'w1' },
      { name: 'fd00::9', usedBy: 'w3' },
    ]),
  )
})

it('finds none that kubeadm puts into the certificate itself', () => {
  const known = withNames(endpoint, [{ name: 'api.shop', usedBy: 'w1' }])
  const workers = ['lb.example', 'api.shop', 'm1', '10.0.0.1']
    .map((host) => `https://${host}:6443`)
    .map((kubeletServer) => ({
      name: 'w1',
      kubeletServer,
    }))
  expect(missingNames(known, workers, [m1])).toEqual([])
})

it('adds them to the names that are there', () => {
  const once = withNames(parseKubeadmConfig(plain), [{ name: 'api.shop', usedBy: 'w1' }])
  const twice = withNames(once, [{ name: 'fd00::9', usedBy: 'w3' }])
  expect(twice.cluster['apiServer']).toMatchObject({ certSANs: ['api.shop', 'fd00::9'] })
})
