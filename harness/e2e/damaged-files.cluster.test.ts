import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { libraryRecovery } from '../../lib/index.ts'
import { clusterReady } from '../cluster/cluster-ready.ts'
import { collectConfiguration, configDriftSchema } from '../checks/no-config-drift/collect.ts'
import type { Machine } from '../model/cluster.ts'
import { damageFirst, damageSecond, damageWorker, type Damage } from './damaged-files.ts'
import {
  allLeaves,
  certificates,
  clusterCa,
  kubeletCertificate,
  sharedFiles,
  sums,
  whole,
} from './inspect/certificates.ts'
import { controlPlaneRunning } from './inspect/containers.ts'
import { shell } from './inspect/shell.ts'
import { e2eCluster, type E2eCluster } from './e2e-cluster.ts'
import { steppedRunOf, withoutLateClients, type SteppedRun } from './stepped-run.ts'

/** Files of the first control plane that are not damaged. */
const untouched = ['etcd/server.crt', 'etcd/server.key', 'etcd/peer.crt', 'etcd/peer.key', 'front-proxy-ca.crt']

const watched = {
  files: ['/etc/kubernetes/controller-manager.conf', '/etc/kubernetes/scheduler.conf'],
  over: '/run/drill-watch-is-over',
}

/** Polls every 20 ms until it is over; names the files that it found missing. */
const whatGoesMissing = (machine: Machine) =>
  shell(
    machine,
    `
rm -f ${watched.over}
until [ -e ${watched.over} ]; do
  for file in ${watched.files.join(' ')}; do if [ ! -f "$file" ]; then echo "$file"; fi; done
  sleep 0.02
done | sort -u`,
  )

describe('damaged files are replaced, intact files are kept', () => {
  let e2e: E2eCluster
  let run: SteppedRun
  let damaged: Readonly<Record<string, readonly Damage[]>>
  let sharedCerts: Record<string, string>
  let kept: Record<string, string>
  let said: unknown
  let gone: string

  const noConfigDrift = async (when: 'baseline' | 'settled') => {
    await collectConfiguration(e2e.context, when)
    return configDriftSchema.parse(await e2e.context.evidence.read(`configuration-${when}`)).machines
  }

  beforeAll(async () => {
    e2e = await e2eCluster()
    await mkdir(join(e2e.context.runDir, 'evidence'), { recursive: true })
    const { first, second, worker } = e2e
    if ((await shell(first, 'ls /etc/kubernetes/pki/ca.crt 2> /dev/null || true')) === '')
      await (await steppedRunOf(e2e, withoutLateClients(libraryRecovery()))).finish()
    said = await noConfigDrift('baseline')
    sharedCerts = await sums(first, sharedFiles)
    kept = await sums(first, untouched)
    damaged = {
      // The second first, because it is given a certificate of the first.
      [second.name]: await damageSecond(second, first),
      [first.name]: await damageFirst(first),
    }
    await damageWorker(worker)
    run = await steppedRunOf(e2e, withoutLateClients(libraryRecovery()))
    const watching = whatGoesMissing(first)
    try {
      await run.through('issue-certificates')
    } finally {
      await shell(first, `touch ${watched.over}`)
    }
    gone = await watching
    await run.finish()
  }, 360_000)

  test('no kubeconfig of a running static pod is missing at any moment, since a restart would put a directory there', () => {
    expect(gone).toBe('')
  })

  test('every damaged file is backed up, and its damage is reported', async () => {
    for (const [node, files] of Object.entries(damaged)) {
      const aside = run.events.filter((event) => event.type === 'file.backed-up' && event.node === node)
      for (const { path, reason } of files) {
        const directory = expect.stringMatching(/^\/var\/lib\/drill-recovery\/backup\/\w+$/) as string
        const expected = { type: 'file.backed-up', node, path, directory, reason }
        expect(aside, `${path} on ${node}`).toContainEqual(expected)
      }
    }
    for (const machine of e2e.controlPlanes) {
      const list = await shell(machine, 'cd /var/lib/drill-recovery/backup && find . -type f')
      for (const { path } of damaged[machine.name] ?? []) expect(list).toContain(path)
    }
  })

  test('the CAs and the service-account key are unchanged on both control planes', async () => {
    for (const controlPlane of e2e.controlPlanes) {
      const now = await sums(controlPlane, sharedFiles)
      // The public key is made of the private one where it was lost; its bytes are the same all the same.
      expect(now, controlPlane.name).toEqual(sharedCerts)
    }
  })

  test('all certificates are valid, and intact ones are the same files', async () => {
    for (const controlPlane of e2e.controlPlanes)
      expect(await certificates(controlPlane, allLeaves)).toEqual(whole(allLeaves))
    expect(await sums(e2e.first, untouched)).toEqual(kept)
  })

  test('manifests, certificates and kubeconfigs have no config drift', async () => {
    expect(await noConfigDrift('settled')).toEqual(said)
  })

  test('everything runs', async () => {
    const { controlPlanes, machines, context, first } = e2e
    const ca = await clusterCa(first)
    await clusterReady({ api: () => context.api(), nodes: machines.length, signal: context.signal, timeoutMs: 90_000 })
    for (const controlPlane of controlPlanes) {
      expect((await controlPlaneRunning(controlPlane)).sort()).toEqual([
        'etcd',
        'kube-apiserver',
        'kube-controller-manager',
        'kube-scheduler',
      ])
    }
    for (const machine of machines) expect(await kubeletCertificate(machine, 'client', ca)).toBe('signed')
  })
})
