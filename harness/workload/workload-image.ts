import { createHash } from 'node:crypto'
import { constants, existsSync } from 'node:fs'
import { copyFile, cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { hostCommand } from '../host/process/host-command.ts'
import { hasImage } from '../host/node-image/engine.ts'
import { packageRoot, programPath } from '../host/package/package-files.ts'
import { imageSources } from './image-sources.ts'

/** What can be run in the image. */
const programs = [
  'harness/workload/server',
  'harness/workload/api-client',
  'harness/workload/aggregated-api',
  'harness/probe/prober/prober-main',
] as const

/** Their files, from the package's root. */
export const workloadImageEntries: readonly string[] = programs.map(programPath)

/** Where the sources lie in the image; its entry point is node, its command the server. */
const imageRoot = '/drill'

/** The path of a program in the image, to give to node. */
export const programInImage = (program: (typeof programs)[number]): string => `${imageRoot}/${programPath(program)}`

/** In the image: runs a program in namespaces of another process (util-linux). */
export const enterNamespaces = '/usr/local/bin/nsenter'

export const entryPoint = ['/usr/local/bin/node', '--disable-warning=ExperimentalWarning'] as const

const dockerfile = `FROM scratch
COPY system /
COPY drill ${imageRoot}
ENV PATH=/usr/local/bin
LABEL drill.image=workload
ENTRYPOINT ${JSON.stringify(entryPoint)}
CMD ["${programInImage('harness/workload/server')}"]
`

/** The image of the server, the API client and the prober: `drill.local/workload:<12 hex digits of all that goes into it>`. */
export async function workloadImageRef(): Promise<string> {
  const node = await nodeBinary()
  const hash = createHash('sha256').update(
    JSON.stringify({ dockerfile, enterNamespaces, node: node.version, arch: process.arch }),
  )
  for (const [path, source] of await imageSources(packageRoot, workloadImageEntries))
    hash.update(`\n${path} ${source.length}\n${source}`)
  return `drill.local/workload:${hash.digest('hex').slice(0, 12)}`
}

export interface WorkloadImageOptions {
  readonly onProgress: (line: string) => void
  readonly signal?: AbortSignal
}

/**
 * Builds the image unless the engine has it, and returns its reference. From nothing but this machine's node and nsenter and the
 * libraries that they are linked with: no registry is asked. Rejects when no engine answers or the build fails.
 */
export async function ensureWorkloadImage({ onProgress, signal }: WorkloadImageOptions): Promise<string> {
  const reference = await workloadImageRef()
  const cancel = signal ? { signal } : {}
  if (await hasImage(reference, cancel)) return reference
  onProgress(`workload image: building ${reference}`)
  const context = await mkdtemp(join(tmpdir(), 'drill-workload-image-'))
  try {
    await fillContext(context)
    signal?.throwIfAborted()
    await build(context, reference, signal)
  } finally {
    await rm(context, { recursive: true, force: true })
  }
  if (!(await hasImage(reference, cancel))) throw new Error(`the engine did not build ${reference}`)
  onProgress(`workload image: built ${reference}`)
  return reference
}

async function build(context: string, reference: string, signal: AbortSignal | undefined): Promise<void> {
  // Its helper that cleans up after tests is an image of its own, which cannot be pulled everywhere.
  process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true'
  // Loaded here, because it takes half a second that asking for the image's name need not spend.
  const { GenericContainer } = await import('testcontainers')
  const building = GenericContainer.fromDockerfile(context).build(reference, { deleteOnExit: false })
  const aborted = new Promise<never>((_, reject) =>
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
  )
  await Promise.race([building, aborted])
}

async function fillContext(context: string): Promise<void> {
  await writeFile(join(context, 'Dockerfile'), dockerfile)
  const sources = await imageSources(packageRoot, workloadImageEntries)
  for (const [path, source] of sources) await put(join(context, 'drill', path), (target) => writeFile(target, source))
  await writeFile(join(context, 'drill', 'package.json'), '{ "type": "module" }\n')
  const { path: binary } = await nodeBinary()
  const system = join(context, 'system')
  await put(join(system, 'usr/local/bin/node'), (target) => copyFile(binary, target, constants.COPYFILE_FICLONE))
  const enter = await realpath(await installed('nsenter'))
  await put(join(system, enterNamespaces), (target) => copyFile(enter, target, constants.COPYFILE_FICLONE))
  for (const library of [...(await librariesOf(binary)), ...(await librariesOf(enter))]) {
    const file = await realpath(library)
    await put(join(system, library), (target) => cp(file, target))
  }
}

async function put(target: string, write: (target: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(target), { recursive: true })
  await write(target)
}

/** The node of this project, or where drill is installed without it the one that runs it. */
async function nodeBinary(): Promise<{ readonly path: string; readonly version: string }> {
  const own = join(packageRoot, 'node_modules/node/bin/node')
  if (!existsSync(own)) return { path: process.execPath, version: process.version }
  const { stdout } = await hostCommand([own, '--version'], { timeoutMs: 10_000 })
  return { path: own, version: stdout.trim() }
}

/** The path of a program of this machine. */
async function installed(program: string): Promise<string> {
  const { stdout, exitCode } = await hostCommand(['sh', '-c', 'command -v "$1"', 'installed', program], {
    timeoutMs: 10_000,
  })
  if (exitCode !== 0) throw new Error(`the workload image needs ${program}: install the package util-linux`)
  return stdout.trim()
}

/** Before glibc 2.34 names were resolved by libraries that are loaded only then, so ldd does not show them. */
const resolvers = ['libnss_dns.so.2', 'libnss_files.so.2', 'libresolv.so.2'] as const

async function librariesOf(binary: string): Promise<readonly string[]> {
  const { stdout, exitCode, stderr } = await hostCommand(['ldd', binary], { timeoutMs: 10_000 })
  if (exitCode !== 0) throw new Error(`ldd ${binary}: ${stderr.trim()}`)
  const linked = [...stdout.matchAll(/(?:=>\s*|^\s*)(\/\S+) \(/gm)].map(([, path = '']) => path)
  const libc = linked.find((path) => path.includes('/libc.so.'))
  const loadedLater =
    libc === undefined ? [] : resolvers.map((name) => join(dirname(libc), name)).filter((path) => existsSync(path))
  return [...linked, ...loadedLater]
}
