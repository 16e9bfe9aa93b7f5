import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { runCommand } from './run-command.ts'
import type { StageContext } from './stage.ts'

/**
 * For every Go program that drill compiles, kind included: with the same flags Go's cache serves a package that was
 * compiled for one to all others. -trimpath and no VCS stamp: the same sources give the same bytes wherever they lie.
 * The linker strips DWARF (-s); not generating it saves 8 % of the processor time.
 */
export const goFlags = ['-trimpath', '-buildvcs=false', '-gcflags=all=-dwarf=false'] as const
export const goLinkerFlags = '-s -w'

export interface GoBuild {
  /** Absolute path of the module. */
  readonly module: string
  readonly packages: readonly string[]
  /** All flags but -o. */
  readonly flags: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

// Of a compiler that lives for a second, the collection of garbage is a fifth of the processor time. It takes 0.5 GB then, not 0.36.
const compiler = { GOGC: '400' }

// Go downloads as many modules at once as it has threads, and downloads wait for the network, not for a processor.
const downloads = { GOMAXPROCS: '8' }

/** Downloads the modules of the packages that the programs need, and no others. */
export async function fetchModules(build: GoBuild, context: Pick<StageContext, 'signal'>): Promise<void> {
  const { module, packages, flags, env } = build
  const tags = flags.filter((flag) => flag.startsWith('-tags'))
  await runCommand(['go', 'list', '-C', module, '-mod=readonly', ...tags, '-deps', ...packages], context, {
    env: { ...env, ...downloads },
  })
}

/** The directory in Go's cache with the sources of a module, downloaded if need be. @param query as `go mod download` takes it, in `module` */
export async function downloadedModule(
  module: string,
  query: string,
  context: Pick<StageContext, 'signal'>,
): Promise<string> {
  const said = await runCommand(['go', 'mod', 'download', '-C', module, '-json', query], context)
  return z.object({ Dir: z.string() }).parse(JSON.parse(said)).Dir
}

/** Compiles the programs into a directory, and reports each package. */
export async function goBuild(build: GoBuild, directory: string, context: StageContext): Promise<void> {
  const { module, packages, flags } = build
  // Below the directory, so that what a killed build leaves behind goes with it.
  const temporary = join(directory, '.go-tmp')
  await mkdir(temporary)
  const env = { ...build.env, ...compiler, GOTMPDIR: temporary }
  const command = ['go', 'build', '-C', module, ...flags, '-o', `${directory}/`] as const
  const of = await packagesToCompile([...command, '-n', ...packages], env, context)
  let compiled = 0
  context.onPackages?.(compiled, of)
  const onLine = () => context.onPackages?.(Math.min(++compiled, of), of)
  await runCommand([...command, '-v', ...packages], context, { env, onLine })
  await rm(temporary, { recursive: true })
}

/** What Go's cache lacks: the commands that a dry run prints. They are megabytes, hence counted by grep. */
async function packagesToCompile(
  dryRun: readonly string[],
  env: Readonly<Record<string, string>>,
  context: Pick<StageContext, 'signal'>,
): Promise<number> {
  const count = `"$@" 2>&1 | grep -c '/compile -o' || true`
  return Number(await runCommand(['sh', '-c', count, 'sh', ...dryRun], context, { env }))
}
