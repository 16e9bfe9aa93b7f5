import { expect, it } from 'vitest'
import { PreconditionError } from '../engine/errors.ts'
import { refuseLostKubeletConfig } from './kubelet-config.ts'

const machine = (name: string, lacksKubeletConfig: boolean) => ({ name, lacksKubeletConfig })

it('refuses control planes whose kubelets would not start, by name', () => {
  const refusal = () => refuseLostKubeletConfig([machine('m1', false), machine('m2', true)])
  expect(refusal).toThrow(PreconditionError)
  expect(refusal).toThrow('on m2; nothing was changed: /var/lib/kubelet/config.yaml is missing')
  expect(() => refuseLostKubeletConfig([machine('m1', false)])).not.toThrow()
})
