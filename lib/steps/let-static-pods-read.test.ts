import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { RecoveryContext } from '../engine/step.ts'
import type { ClusterState, StaticPodSpec } from '../model.ts'
import { localNode } from '../testing/local-node.ts'
import { letStaticPodsRead } from './let-static-pods-read.ts'

const certificatesDir = mkdtempSync(join(tmpdir(), 'drill-let-read-'))
afterAll(() => rmSync(certificatesDir, { recursive: true }))
const context: RecoveryContext = {
  inventory: { controlPlanes: [], workers: [] },
  emit: () => undefined,
  signal: AbortSignal.timeout(10_000),
}

/** A cluster whose controller manager runs as this user, and is told to read these files. */
function clusterOf(runAsUser: number, ...files: readonly string[]): ClusterState {
  const pod = { spec: { securityContext: { runAsUser }, containers: [{ name: 'kube-controller-manager' }] } }
  const command = files.map((file, index) => `--file-${index}=${file}`)
  const volumes = [{ name: 'all', path: tmpdir() }]
  const spec = { pod, command, volumes, mounts: [{ name: 'all', mountPath: tmpdir() }] } as unknown as StaticPodSpec
  const host = { node: localNode, mirrorPodSpecs: new Map([['kube-controller-manager', spec]]) }
  return { controlPlanes: [host], config: { certificatesDir } } as unknown as ClusterState
}
const planned = async (cluster: ClusterState) =>
  ((await letStaticPodsRead.preview?.(cluster, context)) ?? []).map(({ action, reason }) => `${action}: ${reason}`)

it('is announced for files that an earlier step makes, and of others not', async () => {
  const file = (name: string) => join(certificatesDir, name)
  const cluster = clusterOf(65_001, file('sa.key'), file('ca.key'), join(tmpdir(), 'audit.log.of-nobody'))
  const given = (name: string) => `give ${file(name)} to the user of its static pod: it will be new`
  expect(await planned(cluster)).toEqual([given('sa.key'), given('ca.key')])
  expect(await letStaticPodsRead.needed?.(cluster, context)).toEqual([])
  // The key of a CA that is there is somewhere else.
  writeFileSync(file('ca.crt'), '')
  expect(await planned(cluster)).toEqual([given('sa.key')])
  expect(await planned(clusterOf(0, file('sa.key')))).toEqual([])
})

it.runIf(process.getuid?.() === 0)('is announced for files that are root’s alone', async () => {
  const secret = join(certificatesDir, 'secret.key')
  writeFileSync(secret, '', { mode: 0o600 })
  mkdirSync(join(certificatesDir, 'etcd'))
  const cluster = clusterOf(65_001, secret, join(certificatesDir, 'etcd'))
  expect(await planned(cluster)).toEqual([`give ${secret} to the user of its static pod: it cannot read it`])
  expect(await letStaticPodsRead.needed?.(cluster, context)).toMatchObject([{ files: [secret] }])
})
