import { expect, test } from 'vitest'
import type { OwnFile, OwnWorkload } from '../model/own-workload.ts'
import { plantedIn } from '../model/planted-secrets.ts'
import { recordingCluster } from '../testing/recording-cluster.ts'
import { deployOwnWorkload, restoreOwnFiles } from './deploy-own-workload.ts'

const file = (path: string): OwnFile => ({ path, text: `text of ${path}`, mode: 0o644 })
const ownWorkload: OwnWorkload = {
  title: 'mine',
  images: [],
  network: [],
  probe: [],
  deploy: [
    {
      title: 'files',
      on: 'control-planes',
      files: [file('/etc/kubernetes/ours/policy'), file('/etc/kubernetes/ours2'), file('/srv/x')],
      script: 'echo DRILL_IMAGE_PAUSE DRILL_LAST_WORKER DRILL_RANDOM_WRITER',
      objects: [],
    },
  ],
  restored: ['/etc/kubernetes/ours'],
  hold: [],
  expectNotReady: [],
}

/** A cluster that notes also what is written. */
function cluster(stdout: string) {
  const { ran, events, context } = recordingCluster(['cp1', 'cp2'], stdout)
  const machines = [...context.cluster.controlPlanes, ...context.cluster.workers].map((machine) =>
    Object.assign(machine, {
      writeFile: async (path: string, text: string, mode: number) =>
        void ran.push(`${machine.name}: write ${path} ${mode.toString(8)} ${text}`),
    }),
  )
  return { ran, events, context: { ...context, cluster: { ...context.cluster, machines }, ownWorkload } }
}

test('the operator puts back what only he has, where it is gone', async () => {
  const { ran, events, context } = cluster('')
  await restoreOwnFiles(context)
  expect(ran.filter((line) => line.includes(': write '))).toEqual([
    'cp1: write /etc/kubernetes/ours/policy 644 text of /etc/kubernetes/ours/policy',
    'cp2: write /etc/kubernetes/ours/policy 644 text of /etc/kubernetes/ours/policy',
  ])
  expect(events).toEqual([
    { type: 'operator.restored', node: 'cp1', path: '/etc/kubernetes/ours/policy' },
    { type: 'operator.restored', node: 'cp2', path: '/etc/kubernetes/ours/policy' },
  ])
})

test('nothing is put back where nothing is missing, or nothing was deployed', async () => {
  const there = cluster('yes\n')
  await restoreOwnFiles(there.context)
  const { ownWorkload: none, ...without } = cluster('').context
  expect(none).toBeDefined()
  await restoreOwnFiles(without)
  expect(there.events).toEqual([])
})

test('files come before the script, with images, machines and passwords of this run', async () => {
  const { ran, context } = cluster(
    JSON.stringify({ images: [{ repoTags: ['registry.k8s.io/pause:3.10'] }, { repoTags: [] }] }),
  )
  const secrets = new Map<string, string>()
  const noApi = { ...context, secrets, api: () => Promise.reject(new Error('the API is asked last')) }
  const stop = new AbortController()
  const deploying = deployOwnWorkload(ownWorkload, { ...noApi, signal: stop.signal }, 'image:1')
  setTimeout(() => stop.abort(), 200)
  await expect(deploying).rejects.toThrow()
  const of = (word: string) => ran.findIndex((line) => line.startsWith('cp1') && line.includes(word))
  expect(of('write /srv/x')).toBeGreaterThan(-1)
  const password = secrets.get('DRILL_RANDOM_WRITER') ?? 'none'
  expect(of(`echo registry.k8s.io/pause:3.10 w ${password}`)).toBeGreaterThan(of('write /srv/x'))
  expect(plantedIn(password)).toHaveLength(1)
})
