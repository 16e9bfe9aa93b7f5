import { expect, it } from 'vitest'
import { isManifest } from './is-manifest.ts'

const whole = `apiVersion: v1
kind: Pod
metadata: { name: etcd }
spec:
  containers:
    - name: sidecar
      image: pause:3
    - name: etcd
      image: etcd:1
`
const cut = whole.slice(0, whole.lastIndexOf('image:')).trimEnd()

it.each([
  ['a whole manifest', whole, true],
  ['nothing', '', false],
  ['a manifest that ends before an image', cut, false],
  ['a part of one', whole.slice(0, 60), false],
  ['something else', 'kind: Pod', false],
])('tells whether kubelet can run it: %s', (_, text, expected) => expect(isManifest(text)).toBe(expected))
