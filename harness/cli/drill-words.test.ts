import { expect, test } from 'vitest'
import { scenarios } from '../../scenarios/index.ts'
import { listed } from './list-command.ts'
import { drillWords } from './drill-words.ts'

const words = (line: string) => drillWords(line.split(' '))

test.each([
  ['drill run lost-pki', 'lost-pki --control-planes 1 --workers 2'],
  ['run lost-pki --masters 3 --out x --keep always -v --parallel', 'lost-pki --control-planes 3 --workers 2'],
  ['run lost-pki --kubelets central --node-image a@sha256:1', 'lost-pki --control-planes 1 --workers 2'],
  [
    'run --budget recovered=70 lost-pki --interrupt-in start-etcd --replace front-proxy-ca,etcd-ca --lazy',
    'lost-pki --control-planes 1 --workers 2 --replace etcd-ca,front-proxy-ca --lazy --interrupt-in start-etcd --budget recovered=70',
  ],
  ['run lost-pki --of-another-version', 'lost-pki --of-another-version'],
  ['run lost-pki --masters nine', 'lost-pki --masters nine'],
  ['run lost-pki --kubelets nowhere', 'lost-pki --kubelets nowhere'],
])('%s is the drill %s', (line, expected) => {
  expect(words(line)).toBe(expected)
})

test('each of several drills that one command ran is itself, as if it had been run alone', () => {
  const argv = 'run lost-pki one-control-plane-1 --masters 3 --second-prober'.split(' ')
  expect(drillWords(argv, 'one-control-plane-1')).toBe(words('run one-control-plane-1 --masters 3'))
})

test('no two drills of the matrix are the same, and each is itself, however it is called', () => {
  const runs = scenarios.flatMap((scenario) => listed(scenario).drills.map(({ run }) => run))
  const all = runs.map((run) => words(`run ${run}`))
  expect(new Set(all).size).toBe(runs.length)
  expect(all.map((one) => words(`run ${one}`))).toEqual(all)
  // As the composite action calls them.
  expect(
    runs.map((run) => {
      const [scenario = '', , controlPlanes = '', , workers = '', ...options] = run.split(' ')
      return drillWords([
        ...['run', scenario, '--control-planes', controlPlanes, '--workers', workers, '--node-image', 'x'],
        ...options,
      ])
    }),
  ).toEqual(all)
})
