import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa, type ExecaError } from 'execa'
import { packageRoot } from '../../host/package/package-files.ts'

/** An empty project somewhere else, with the packed tarball installed and nothing of the checkout in reach. */
export interface Installation {
  readonly folder: string
  /** Paths in the tarball, without its leading `package/`. */
  readonly files: readonly string[]
  /** Binaries of Node by major version. */
  readonly nodes: ReadonlyMap<number, string>
}

/** A command's end, whatever its exit code. */
export interface Ended {
  /** Undefined where it was killed or not started. */
  readonly exitCode?: number | undefined
  readonly stdout: string
  readonly stderr: string
}

const testedNodes = [20, 22, 24]

/** `npm pack`, then `npm install` of the tarball into an empty folder, as a user does it. */
export async function installPacked(): Promise<Installation> {
  const work = await mkdtemp(join(tmpdir(), 'drill-package-'))
  const { stdout } = await npm(packageRoot, ['pack', '--json', '--pack-destination', work])
  // What the build prints comes first.
  const packed = JSON.parse(stdout.slice(stdout.search(/^[[{]$/m))) as PackResult
  const [tarball] = Object.values(packed)
  if (tarball === undefined) throw new Error(`npm pack names no tarball: ${stdout}`)
  const folder = await project(work, 'user')
  await npm(folder, ['install', join(work, tarball.filename)])
  const nodes = new Map<number, string>()
  for (const major of testedNodes) {
    const holder = await project(work, `node${major}`)
    await npm(holder, ['install', `node@${major}`])
    nodes.set(major, join(holder, 'node_modules/node/bin/node'))
  }
  return { folder, files: tarball.files.map(({ path }) => path), nodes }
}

type Packed = { readonly filename: string; readonly files: readonly { readonly path: string }[] }
/** A list up to npm 11, and keyed by the package's name later. */
type PackResult = Readonly<Record<string, Packed>> | readonly Packed[]

/** An empty project. */
export async function project(parent: string, name: string): Promise<string> {
  const folder = join(parent, name)
  await mkdir(folder)
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n')
  return folder
}

/** npm as the user has it; the variables by which the npm that runs this test would tell it other folders are left out. */
export async function npm(cwd: string, args: readonly string[]): Promise<Ended> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')))
  return execa('npm', ['--no-audit', '--no-fund', ...args], { cwd, env, extendEnv: false })
}

/** The installed `drill`, run by that Node from the folder it is installed in. */
export async function drill(
  { folder, nodes }: Pick<Installation, 'folder' | 'nodes'>,
  major: number,
  args: readonly string[],
): Promise<Ended> {
  const node = nodes.get(major)
  if (node === undefined) throw new Error(`Node ${major} is not installed`)
  const bin = join(folder, 'node_modules/.bin/drill')
  return execa(node, [bin, ...args], { cwd: folder, reject: false, env: { NO_COLOR: '1' }, timeout: 1_800_000 })
}

/** Compiles a project with this checkout's TypeScript. Answers with what it found, empty for nothing. */
export async function typeErrors(folder: string): Promise<string> {
  const tsc = join(packageRoot, 'node_modules/typescript/bin/tsc')
  try {
    await execa(process.execPath, [tsc, '--noEmit', '--project', folder], { cwd: folder })
    return ''
  } catch (error) {
    return String((error as ExecaError).stdout)
  }
}

/** Fields of the package.json of this checkout. */
export async function packageJson(): Promise<{
  readonly version: string
  readonly devDependencies: Record<string, string>
}> {
  return JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as Awaited<
    ReturnType<typeof packageJson>
  >
}
