import { PbfReader, PbfWriter } from 'pbf'
import { expect, it } from 'vitest'
import { mirrorPod, mirrorPodBytes } from '../testing/mirror-pod.ts'
import { decodePod } from './decode-pod.ts'
import { staticPodSpecOf } from './stored-pod.ts'

it('reads all of a pod as Go writes it: containers, probes, fields, volumes', () => {
  const spec = staticPodSpecOf(mirrorPodBytes, 'kube-apiserver')
  expect(spec?.unknown).toEqual([])
  expect(spec?.pod).toEqual(mirrorPod)
})

it('tells what the main container runs, wherever it stands', () => {
  expect(staticPodSpecOf(mirrorPodBytes, 'kube-apiserver')).toMatchObject({
    image: 'registry.k8s.io/kube-apiserver:v1.36.4',
    command: ['kube-apiserver', '--secure-port=7443'],
  })
})

/** A pod with this in its spec. */
function withSpec(write: (spec: PbfWriter) => void): PbfReader {
  const pod = new PbfWriter()
  pod.writeMessage(2, (_, spec) => write(spec), undefined)
  return new PbfReader(pod.finish())
}

it('says where a field stands that it does not know, and not where that is empty', () => {
  expect(decodePod(withSpec((spec) => spec.writeStringField(99, 'x'))).unknown).toEqual(['spec#99'])
  expect(decodePod(withSpec((spec) => spec.writeStringField(99, ''))).unknown).toEqual([])
  expect(decodePod(withSpec((spec) => spec.writeVarintField(98, 0))).unknown).toEqual([])
  const inside = withSpec((spec) =>
    spec.writeMessage(2, (_, container) => container.writeStringField(77, 'x'), undefined),
  )
  expect(decodePod(inside).unknown).toEqual(['spec.containers#77'])
})
