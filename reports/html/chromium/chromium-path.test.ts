import { expect, test } from 'vitest'
import { chromiumPath } from './chromium-path.ts'
import { chromiumPlan } from './chromium-plan.ts'

const having = (...paths: readonly string[]) => ({ isExecutable: (path: string) => paths.includes(path) })

test.each([
  ['the one on PATH', { PATH: '/usr/bin:/bin' }, ['/bin/chromium'], '/bin/chromium'],
  [
    "Debian's before Chrome",
    { PATH: '/opt:/usr/bin' },
    ['/opt/google-chrome', '/usr/bin/chromium'],
    '/usr/bin/chromium',
  ],
  ['Chrome where there is nothing else', { PATH: '/usr/bin' }, ['/usr/bin/google-chrome'], '/usr/bin/google-chrome'],
  [
    'the one that was named',
    { PATH: '/usr/bin', CHROMIUM_PATH: '/x/chrome' },
    ['/usr/bin/chromium', '/x/chrome'],
    '/x/chrome',
  ],
  [
    'not another one than was named',
    { PATH: '/usr/bin', CHROMIUM_PATH: '/x/chrome' },
    ['/usr/bin/chromium'],
    undefined,
  ],
  ['none', { PATH: '/usr/bin' }, [], undefined],
])('%s', (_, environment, there, expected) => {
  expect(chromiumPath({ environment, ...having(...there) })).toBe(expected)
})

const install = 'apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium'

test.each([
  ['debian', 'root', { run: ['sh', '-c', install], command: install }],
  ['debian', 'sudo', { run: ['sudo', '-n', 'sh', '-c', install], command: `sudo sh -c '${install}'` }],
  ['debian', 'none', { run: undefined, command: `sudo sh -c '${install}'` }],
  // Ubuntu's package is a snap, which neither starts in a container nor reads files in /tmp.
  ['ubuntu', 'root', { run: undefined, command: 'install Google Chrome, or set CHROMIUM_PATH' }],
  ['fedora', 'sudo', { run: undefined, command: 'install Google Chrome, or set CHROMIUM_PATH' }],
] as const)('on %s with %s', (distribution, rights, expected) => {
  expect(chromiumPlan(distribution, rights)).toEqual(expected)
})
