import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { downloadedModule } from './go-build.ts'
import { runCommand } from './run-command.ts'
import type { StageContext } from './stage.ts'

/**
 * A Go module of which a program needs less than it brings, and which it therefore takes from a directory of its own: a `replace`
 * in its go.mod. What lies in that directory in the repository takes the place of what is left out.
 */
export interface CutModule {
  /** As in `module@version`. Go verifies the download as every other one. */
  readonly module: string
  /** Relative to the module that replaces it. */
  readonly directory: string
  readonly without: readonly string[]
}

/** Lays out a module of ours together with the one that it cuts down. */
export async function layOutModule(
  ours: string,
  { module, directory, without }: CutModule,
  to: string,
  context: Pick<StageContext, 'signal'>,
): Promise<void> {
  const target = join(to, directory)
  await mkdir(target, { recursive: true })
  // Go's cache is read-only, and what is copied has to be removed again.
  const copy = ['cp', '--recursive', '--no-preserve=mode'] as const
  await runCommand([...copy, `${await downloadedModule('/', module, context)}/.`, target], context)
  await runCommand(['rm', '-rf', ...without.map((path) => join(target, path))], context)
  await runCommand([...copy, `${ours}/.`, to], context)
}
