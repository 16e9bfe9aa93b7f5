import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { globSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { packageRoot } from '../../host/package/package-files.ts'
import { scenarios } from '../../../scenarios/index.ts'
import { writeFakeRun } from '../../testing/write-fake-run.ts'
import { drill, type Installation, installPacked, npm, packageJson, project, typeErrors } from './installation.ts'

let installed: Installation
let storedRun: string
beforeAll(async () => {
  installed = await installPacked()
  storedRun = await writeFakeRun(await mkdtemp(join(tmpdir(), 'drill-stored-')))
})
afterAll(async () => {
  await rm(dirname(installed.folder), { recursive: true })
  await rm(storedRun, { recursive: true })
})

/** Paths of the repository that the sources ask packageFile for. */
function askedFor(): readonly string[] {
  const sources = globSync('{lib,harness,scenarios,reports}/**/*.ts', { cwd: packageRoot }).filter(
    (file) => !/\.test\.ts$|\/testing\/|^harness\/(e2e|experiments)\//.test(file),
  )
  const calls = sources.flatMap((file) => [
    ...readFileSync(join(packageRoot, file), 'utf8').matchAll(/packageFile\(['`]([^'`$]+)/g),
  ])
  return calls.map(([, path = '']) => path)
}

describe('the tarball', () => {
  test('holds every file and folder that is read at run time', () => {
    expect(askedFor().length).toBeGreaterThan(8)
    const missing = askedFor().filter((path) => !installed.files.some((file) => file.startsWith(path)))
    expect(missing).toEqual([])
  })

  test('holds no test, no fixture, and of the sources only what the node image is built from', () => {
    const known = ['oci-archive.ts', 'pod-images.ts'].map((name) => `harness/host/node-image/${name}`)
    expect(installed.files.filter((file) => /(^|\/)(testing|testdata|e2e)\/|[._]test\./.test(file))).toEqual([])
    expect(installed.files.filter((file) => /(?<!\.d)\.tsx?$/.test(file)).sort()).toEqual(known)
  })

  test('says what it needs, and exports only what is there', async () => {
    const home = join(installed.folder, 'node_modules/kubeadm-drill')
    const { exports, bin } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')) as {
      exports: Record<string, string | Record<string, string>>
      bin: Record<string, string>
    }
    const targets = [...Object.values(exports), ...Object.values(bin)].flatMap((to) =>
      typeof to === 'string' ? [to] : Object.values(to),
    )
    for (const target of targets) expect(installed.files).toContain(target.replace(/^\.\//, ''))
  })
})

describe.each([22, 24])('on Node %i', (major) => {
  const run = (...args: readonly string[]) => drill(installed, major, args)

  test('drill --version, list and explain', async () => {
    expect(await run('--version')).toMatchObject({ exitCode: 0, stdout: (await packageJson()).version, stderr: '' })
    expect(await run('list')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('lost-pki') as string })
    const explained = await run('explain', 'lost-pki')
    expect(explained).toMatchObject({ exitCode: 0, stderr: '' })
    expect(explained.stdout).toContain('no-downtime')
  })

  test('drill doctor and drill setup --dry-run look at this machine', async () => {
    const doctor = await run('doctor', '--json')
    expect(doctor.exitCode).toBeOneOf([0, 3])
    expect((JSON.parse(doctor.stdout) as { needs: unknown[] }).needs.length).toBeGreaterThan(3)
    const setup = await run('setup', '--dry-run')
    expect(setup.stdout + setup.stderr).toMatch(/^Dry run: (nothing was changed|setup has nothing to do)\.$/m)
  })

  test('drill judge and drill report on a stored run say what the checkout says', async () => {
    const copies = [1, 2].map((index) => join(installed.folder, `stored-${major}-${index}`))
    for (const copy of copies) await cp(storedRun, copy, { recursive: true })
    const [ours = '', theirs = ''] = copies
    const bin = join(packageRoot, 'bin/drill.js')
    for (const command of ['judge', 'report']) {
      const { exitCode, stdout, stderr } = await run(command, theirs)
      const checkout = await execa(process.execPath, [bin, command, ours], { reject: false, env: { NO_COLOR: '1' } })
      expect(stderr).toBe('')
      expect([exitCode, stdout.replaceAll(theirs, ours)]).toEqual([checkout.exitCode, checkout.stdout])
    }
    for (const name of ['run.json', 'report/summary.md', 'report/index.html'])
      expect(await readFile(join(theirs, name), 'utf8')).toBe(await readFile(join(ours, name), 'utf8'))
  })
})

describe('on Node 20', () => {
  test('drill says in one line what to install', async () => {
    const { exitCode, stdout, stderr } = await drill(installed, 20, ['list'])
    expect(stderr).toMatch(/^drill needs Node 22\.22 or later, this is v20\.[\d.]+: run "npm install node@24".+$/)
    expect([exitCode, stdout]).toEqual([3, ''])
  })

  test('and after that it works', async () => {
    const folder = join(dirname(installed.folder), 'with-node')
    await cp(installed.folder, folder, { recursive: true, verbatimSymlinks: true })
    await npm(folder, ['install', 'node@24'])
    expect(await drill({ folder, nodes: installed.nodes }, 20, ['--version'])).toMatchObject({
      exitCode: 0,
      stderr: '',
    })
  })
})

describe('the command', () => {
  test('npx --no-install drill runs the installed one, and nothing where none is installed', async () => {
    const { stdout } = await npm(installed.folder, ['exec', '--no', '--', 'drill', '--version'])
    expect(stdout).toBe((await packageJson()).version)
    const empty = await project(dirname(installed.folder), 'empty')
    await expect(npm(empty, ['exec', '--no', '--', 'drill', '--version'])).rejects.toThrow(/npm error/)
  })
})

const consumer = `
import { libraryRecovery, stepsOf, type Node, type Recovery } from 'kubeadm-drill'
const recovery: Recovery = libraryRecovery()
export const names = (nodes: readonly Node[]): readonly string[] => nodes.map((node) => node.name)
console.log(stepsOf(recovery).map((step) => step.id).join())
`

describe('the library', () => {
  let folder: string
  const write = (source: string) => writeFile(join(folder, 'consumer.ts'), source)
  beforeAll(async () => {
    folder = installed.folder
    const { devDependencies } = await packageJson()
    await npm(folder, ['install', '--save-dev', `@types/node@${devDependencies['@types/node'] ?? ''}`])
    const compilerOptions = { module: 'nodenext', target: 'es2023', strict: true, skipLibCheck: false, types: ['node'] }
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }))
  })

  test('its declarations compile without skipLibCheck, and find a wrong use', async () => {
    await write(consumer)
    expect(await typeErrors(folder)).toBe('')
    await write(`${consumer}\nexport const wrong: Node = { name: 1 }\n`)
    expect(await typeErrors(folder)).toMatch(/consumer\.ts.*error TS/)
  })

  test.each([22, 24])('it can be imported on Node %i', async (major) => {
    const program =
      "const { libraryRecovery, stepsOf } = await import('kubeadm-drill'); console.log(stepsOf(libraryRecovery()).map(({ id }) => id).join())"
    const argv = ['--input-type=module', '--eval', program]
    expect((await execa(installed.nodes.get(major) ?? '', argv, { cwd: folder })).stdout).toContain('start-etcd')
  })
})

// Everywhere else an engine is a matter of taste; in CI its absence must not pass for a proof.
const hasEngine = (await execa('docker', ['version'], { reject: false })).exitCode === 0
describe.skipIf(!hasEngine && process.env['CI'] === undefined)('a cluster', () => {
  const words = scenarios.flatMap(({ id, drills }) =>
    drills
      .filter((one) => one.in === 'package')
      .map(
        ({ topology: { controlPlanes, workers } }) => `${id} --control-planes ${controlPlanes} --workers ${workers}`,
      ),
  )
  const drills = [22, 24].map((major, index) => [major, words[index] ?? ''] as const)
  test('each Node has a drill', () => expect(words).toHaveLength(drills.length))

  test.each(drills)('drill setup on Node %i, and drill run %s', { timeout: 1_800_000 }, async (major, argv) => {
    expect(await drill(installed, major, ['setup', '--yes'])).toMatchObject({ exitCode: 0 })
    expect(await drill(installed, major, ['doctor'])).toMatchObject({ exitCode: 0 })
    const run = await drill(installed, major, ['run', ...argv.split(' ')])
    // What is not as it should be: the end of the progress, and the checks that do not pass.
    const said = [...run.stderr.split('\n').slice(-5), ...run.stdout.split('\n').filter((line) => /^[?✗]/.test(line))]
    // In one line, which CI repeats at its end.
    if (run.exitCode !== 0) throw new Error(`exit code ${run.exitCode}: ${said.filter(Boolean).join(' | ')}`)
    const record: unknown = JSON.parse(await readFile(join(installed.folder, 'runs/latest/run.json'), 'utf8'))
    expect(record).toMatchObject({
      verdict: 'pass',
      git: { commit: null },
      versions: { node: expect.stringMatching(`^v${major}`) as string },
    })
  })
})
