import { join } from 'node:path'
import { packageFile } from '../package/package-files.ts'
import { hashInputs } from './hash-inputs.ts'
import { runCommand } from './run-command.ts'
import type { Stage } from './stage.ts'

/** The program that holds a pod's namespaces, from pause.c. */
export async function pauseProgramStage(): Promise<Stage> {
  const flags = ['-static', '-Os', '-s', '-Wall', '-Wextra', '-Werror']
  const source = 'pause.c'
  return {
    id: 'pause',
    title: 'pause',
    key: await hashInputs({ data: { flags, architecture: process.arch }, paths: [source] }),
    async build(directory, context) {
      await runCommand(
        ['gcc', ...flags, '-o', join(directory, 'pause'), packageFile(`harness/host/node-image/${source}`)],
        context,
      )
    },
  }
}
