import { execFile } from 'node:child_process'
import { CommandError } from '../engine/errors.ts'
import type { CommandResult, Node } from '../node.ts'

/** This machine as a Node that runs scripts for real; for tests of scripts that touch only what the test gives them. */
export const localNode: Pick<Node, 'name' | 'role' | 'exec'> = {
  name: 'here',
  role: 'worker',
  exec: ([program = '', ...rest], options = {}) =>
    new Promise((resolve, reject) => {
      const child = execFile(program, rest, (error, stdout, stderr) => {
        const exitCode = typeof error?.code === 'number' ? error.code : error ? -1 : 0
        const result: CommandResult = { argv: [program, ...rest], exitCode, stdout, stderr, durationMs: 0 }
        if (exitCode === 0) resolve(result)
        else reject(new CommandError('here', result))
      })
      // A script that reads nothing may be gone before its input is.
      child.stdin?.on('error', () => undefined)
      child.stdin?.end(options.input)
    }),
}
