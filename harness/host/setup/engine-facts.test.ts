import { expect, test } from 'vitest'
import { engineFactsOf, foreignEngineOf } from './engine-facts.ts'
import { fitsDrill } from './kind-path.ts'

const info = {
  ServerVersion: '20.10.24+dfsg1',
  CgroupVersion: '1',
  DefaultRuntime: 'runc',
  DockerRootDir: '/data/docker',
  ContainersRunning: 3,
}

test('an engine that answers', () => {
  expect(engineFactsOf({ exitCode: 0, stdout: JSON.stringify(info), stderr: '' })).toMatchObject({
    state: 'answers',
    version: '20.10.24+dfsg1',
    cgroup: 'v1',
    defaultRuntime: 'runc',
    rootDir: '/data/docker',
    running: 3,
  })
})

const errors = (message: string) => JSON.stringify({ ServerErrors: [message] })

test.each([
  [
    'no client',
    { exitCode: -1, stdout: '', stderr: 'spawn docker ENOENT' },
    'no-client',
    'the docker command is not installed',
  ],
  [
    'no engine',
    { exitCode: 1, stdout: errors('Cannot connect to the Docker daemon'), stderr: '' },
    'silent',
    'Cannot connect to the Docker daemon',
  ],
  [
    'an old client, which writes to stderr',
    { exitCode: 1, stdout: '', stderr: 'warning\nCannot connect\n' },
    'silent',
    'Cannot connect',
  ],
  [
    'no right',
    { exitCode: 1, stdout: errors('permission denied while trying to connect'), stderr: '' },
    'forbidden',
    'permission denied while trying to connect',
  ],
  ['no answer in time', { exitCode: 124, stdout: '', stderr: '' }, 'silent', 'the engine did not answer within 10 s'],
])('%s', (_, result, state, reason) => {
  expect(engineFactsOf(result)).toMatchObject({ state, reason })
})

test.each([
  [undefined, undefined],
  ['', undefined],
  ['unix:///var/run/docker.sock', undefined],
  ['unix:///run/docker.sock', undefined],
  ['tcp://10.0.0.1:2375', 'tcp://10.0.0.1:2375'],
  ['unix:///run/user/1000/docker.sock', 'unix:///run/user/1000/docker.sock'],
])('DOCKER_HOST=%s is foreign: %s', (dockerHost, expected) => {
  expect(foreignEngineOf(dockerHost)).toBe(expected)
})

test.each([
  ['0.33.0', true],
  ['0.33.2', true],
  ['0.32.0', false],
  ['0.34.0', false],
  ['0.33.0-alpha', false],
  ['10.33.0', false],
  [undefined, false],
])('kind %s fits: %s', (version, fits) => {
  expect(fitsDrill(version)).toBe(fits)
})
