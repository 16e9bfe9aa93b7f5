import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { freshMachineFake, setupFactsFake } from '../../testing/setup-facts-fake.ts'
import { planLines, shownCommands } from './plan-lines.ts'
import { planSetup } from './plan-setup.ts'

const plan = (facts: Parameters<typeof planSetup>[0]) => planSetup(facts, { runtimeScript: '#!/bin/sh\n' })
const ids = (facts: Parameters<typeof planSetup>[0]) => plan(facts).actions.map(({ id }) => id)
const action = (facts: Parameters<typeof planSetup>[0], id: string) => plan(facts).actions.find((one) => one.id === id)

test('where everything is there, nothing is done', () => {
  expect(plan(setupFactsFake())).toEqual({ actions: [], obstacles: [] })
})

describe('a fresh Debian, as root, with systemd and no registry', () => {
  const facts = freshMachineFake()

  test('gets the engine, the settings, kind and the images, in an order that works', () => {
    expect(ids(facts)).toEqual([
      'engine-packages',
      'engine-service',
      'inotify',
      'kind',
      'workload-image',
      'build-packages',
      'node-image',
      'balancer-image',
      'second-prober-image',
    ])
    expect(plan(facts).obstacles).toEqual([])
  })

  test("the engine comes from Debian's packages, with the client where that is a package of its own", () => {
    const install = action(facts, 'engine-packages')?.commands.at(-1) ?? ''
    expect(install).toMatch(/apt-get install -y --no-install-recommends docker\.io iptables ca-certificates \$\(/)
    const words = (known: string) =>
      execFileSync('bash', ['-euc', `apt-cache() { [ "$2" = ${known} ]; }; apt-get() { echo "$@"; }; ${install}`])
        .toString()
        .trim()
        .split(' ')
    expect(words('docker-cli').at(-1)).toBe('docker-cli')
    expect(words('other').at(-1)).toBe('ca-certificates')
  })

  test('where the kernel enforces AppArmor, its parser comes along: dockerd starts no container without', () => {
    expect(action(freshMachineFake({ host: { appArmor: true } }), 'engine-packages')?.commands.at(-1)).toContain(
      ' apparmor ',
    )
  })

  test('a client that is there already is left alone', () => {
    expect(action(freshMachineFake({ host: { dockerClient: true } }), 'engine-packages')?.commands.at(-1)).toMatch(
      /ca-certificates$/,
    )
  })

  test('an interrupted dpkg is finished first', () => {
    expect(action(freshMachineFake({ host: { dpkgInterrupted: true } }), 'engine-packages')?.commands[0]).toBe(
      'dpkg --configure -a',
    )
  })

  test('the inotify limit is recorded so that it can go back', () => {
    expect(action(facts, 'inotify')).toMatchObject({
      commands: ['echo 1024 > /proc/sys/fs/inotify/max_user_instances'],
      changes: [{ kind: 'sysctl', key: 'fs.inotify.max_user_instances', after: '1024' }],
    })
  })

  test('kind is built as the user, never as root', () => {
    expect(action(facts, 'kind')).toMatchObject({
      rights: 'user',
      commands: [
        "GOTOOLCHAIN=auto CGO_ENABLED=0 go install -trimpath -buildvcs=false -gcflags=all=-dwarf=false -ldflags='-s -w' sigs.k8s.io/kind@v0.33.0",
      ],
    })
  })

  test('packages for the build are not asked for when they are there', () => {
    expect(ids({ ...facts, missingPackages: [] })).not.toContain('build-packages')
  })
})

describe('a machine without a service manager and without CAP_SYS_RESOURCE', () => {
  const facts = freshMachineFake({ host: { serviceManager: false, sysResource: false } })

  test('the runtime is in place before drill starts the engine', () => {
    expect(ids(facts).slice(0, 3)).toEqual(['engine-packages', 'engine-runtime', 'engine-start'])
    expect(action(facts, 'engine-runtime')?.commands.join('\n')).not.toContain('kill')
  })

  test('files and settings are recorded', () => {
    expect(action(facts, 'engine-runtime')?.changes.map((change) => 'path' in change && change.path)).toEqual([
      '/usr/local/lib/drill/runc-without-sys-resource',
      '/etc/docker/daemon.json',
    ])
    expect(action(facts, 'engine-start')?.changes).toEqual([{ kind: 'sysctl', key: 'net.ipv4.ip_forward', after: '1' }])
  })

  test('what an earlier, interrupted setup wrote is not written again', () => {
    const written = action(facts, 'engine-runtime')?.changes.flatMap((change) =>
      'path' in change ? [change.after] : [],
    )
    const [installedRuntime, daemonConfig] = written ?? []
    expect(ids({ ...facts, installedRuntime, daemonConfig })).not.toContain('engine-runtime')
    expect(ids({ ...facts, installedRuntime: 'older', daemonConfig })).toContain('engine-runtime')
  })

  test('an engine that runs already takes the runtime over without a restart', () => {
    const running = setupFactsFake({ engine: { sysResource: false } })
    expect(ids(running)).toEqual(['engine-runtime'])
    expect(action(running, 'engine-runtime')?.commands.at(-1)).toBe('kill -HUP "$(cat /var/run/docker.pid)"')
  })

  test.each([
    ['it has a runtime of its own', { sysResource: false, defaultRuntime: 'crun' }],
    ['its process cannot be seen from here', { sysResource: undefined }],
  ])('a running engine is left alone when %s', (_, engine) => {
    expect(ids(setupFactsFake({ host: { sysResource: false }, engine }))).toEqual([])
  })
})

test.each([
  ['#!/bin/sh\n', []],
  ['of another version', ['engine-runtime']],
])('an engine with our runtime, installed as %j: %j', (installedRuntime, expected) => {
  expect(
    ids(setupFactsFake({ engine: { sysResource: false, defaultRuntime: 'drill-runc' }, installedRuntime })),
  ).toEqual(expected)
})

describe('Ubuntu with sudo', () => {
  const facts = freshMachineFake({
    host: {
      user: 'alice',
      rights: 'sudo',
      os: { id: 'ubuntu', idLike: ['debian'], versionId: '24.04', prettyName: 'Ubuntu 24.04.3 LTS' },
    },
  })

  test('the user gets to use the engine, and that is recorded', () => {
    expect(ids(facts).slice(0, 3)).toEqual(['engine-packages', 'engine-service', 'engine-access'])
    expect(action(facts, 'engine-access')).toMatchObject({
      commands: ['usermod --append --groups docker alice', 'chown alice /var/run/docker.sock'],
      changes: [{ kind: 'group-member', user: 'alice', group: 'docker' }],
    })
  })

  test('an engine that is there but closed to the user needs only that', () => {
    expect(ids(setupFactsFake({ host: { user: 'alice', rights: 'sudo' }, engine: { state: 'forbidden' } }))).toEqual([
      'engine-access',
    ])
  })

  test('commands are shown as they would be typed', () => {
    const shown = plan(facts).actions.flatMap((one) => shownCommands(one, 'sudo'))
    expect(shown).toContain('sudo apt-get update')
    expect(shown).toContain("sudo sh -c 'echo 1024 > /proc/sys/fs/inotify/max_user_instances'")
    expect(shown).toContain(
      "GOTOOLCHAIN=auto CGO_ENABLED=0 go install -trimpath -buildvcs=false -gcflags=all=-dwarf=false -ldflags='-s -w' sigs.k8s.io/kind@v0.33.0",
    )
  })
})

test('without root or sudo the commands are shown for another user who is root', () => {
  const facts = freshMachineFake({ host: { rights: 'none', user: 'alice' }, registry: true })
  expect(planLines(facts, plan(facts)).filter((line) => line.includes('apt-get update'))).toEqual([
    '      $ apt-get update',
  ])
})

describe('images', () => {
  const absent = { ref: 'kindest/node:v1.36.4', there: false, asked: true }

  test('with a registry in reach they are pulled, and nothing is installed for them', () => {
    expect(ids(freshMachineFake({ registry: true }))).toEqual([
      'engine-packages',
      'engine-service',
      'inotify',
      'kind',
      'workload-image',
      'pull-node-image',
      'pull-balancer-image',
      'second-prober-image',
    ])
  })

  test('a node image that was asked for is pulled in any case, and never replaced by a built one', () => {
    const facts = setupFactsFake({ images: { node: absent } })
    expect(ids(facts)).toEqual(['pull-node-image'])
    expect(action(facts, 'pull-node-image')?.commands).toEqual(['docker pull kindest/node:v1.36.4'])
  })

  test('a reference with shell in it stays one word', () => {
    const facts = setupFactsFake({ images: { node: { ...absent, ref: 'x; reboot' } } })
    expect(action(facts, 'pull-node-image')?.commands).toEqual(["docker pull 'x; reboot'"])
  })
})

describe('obstacles are reported before anything is done', () => {
  const obstacles = (facts: Parameters<typeof planSetup>[0]) => plan(facts).obstacles.map(({ need }) => need)

  test('no Go where something must be built', () => {
    expect(obstacles(freshMachineFake({ host: { go: undefined } }))).toEqual(['go'])
    expect(obstacles(setupFactsFake({ host: { go: undefined } }))).toEqual([])
  })

  test('a distribution without apt and without an engine', () => {
    expect(obstacles(freshMachineFake({ host: { apt: false }, registry: true }))).toEqual(['engine'])
  })

  test('a DOCKER_HOST elsewhere: nothing is installed here', () => {
    const facts = setupFactsFake({ foreignEngine: 'tcp://10.0.0.1:2375', engine: { state: 'silent' } })
    expect(obstacles(facts)).toEqual(['engine'])
    expect(ids(facts)).toEqual([])
  })

  test('too little disk for a build, but enough for pulled images', () => {
    const engine = { freeDiskMb: 5_000 }
    const node = { ref: 'drill.local/node:1', there: false, asked: false }
    expect(obstacles(setupFactsFake({ engine, images: { node } }))).toEqual(['disk'])
    expect(obstacles(setupFactsFake({ engine, images: { node }, registry: true }))).toEqual([])
  })

  test.each(['none', 'sudo-asks'] as const)('a build that cannot become root by itself (%s)', (rights) => {
    expect(obstacles(freshMachineFake({ host: { rights } }))).toEqual(['node-image'])
    expect(obstacles(freshMachineFake({ host: { rights }, registry: true }))).toEqual([])
  })

  test('no control groups', () => {
    expect(obstacles(setupFactsFake({ host: { cgroup: undefined } }))).toEqual(['cgroup'])
  })
})

test('the plan says what, why and how to undo it', () => {
  const facts = freshMachineFake({ host: { user: 'alice', rights: 'sudo' } })
  const text = planLines(facts, plan(facts)).join('\n')
  expect(text).toContain('This machine: Debian GNU/Linux 13 (trixie), alice with sudo, 4 cores')
  expect(text).toContain(' 1. install the Docker engine from the packages of Debian GNU/Linux 13 (trixie)  [as root]')
  expect(text).toContain('because: the docker command is not installed')
  expect(text).toContain('$ sudo apt-get update')
  expect(text).toContain('drill gc --host')
})
