import { matchesGlob } from 'node:path'
import { Command } from 'commander'
import { execa } from 'execa'
import { packageRoot } from '../../../host/package/package-files.ts'
import { exitCodes, UsageError } from '../../../model/errors.ts'
import { runProgram } from '../../repeat.ts'

/** What is pure and decides: verdicts, budgets, the algebra of intervals, what is lost, what is refused, and what a repair does of its steps. As in stryker.config.json. */
const pure = 'harness/{checks,model,probe/analysis}/**/*.ts lib/{engine,pki,preflight}/**/*.ts'.split(' ')
const isPure = (file: string) =>
  pure.some((pattern) => matchesGlob(file, pattern)) && !file.endsWith('.test.ts') && !file.includes('/testing/')

const program = new Command('npm run mutate:code --')
  .description(
    'changes operators, conditions and constants of the pure parts (Stryker), one at a time, and requires that the unit tests notice',
  )
  .argument('[files...]', 'these files, or patterns; default: what differs from --since')
  .option('--since <ref>', 'a commit or branch', 'main')
  .addHelpText(
    'after',
    `
A file takes 10 s to 2 minutes. stryker.config.json says which share of the changes must be noticed.
Exit codes: 0 enough were, or nothing to change, 1 too few were, 64 usage

Examples:
  npm run mutate:code
  npm run mutate:code -- --since origin/main
  npm run mutate:code -- 'harness/probe/analysis/*.ts'`,
  )
  .exitOverride()
  .action(async (files: readonly string[], { since }: { readonly since: string }) => {
    const mutated = files.length > 0 ? files : (await changedSince(since)).filter(isPure)
    if (mutated.length === 0) {
      console.log(`no pure file differs from ${since}: nothing to change`)
      return
    }
    const stryker = await execa('stryker', ['run', '--mutate', [...mutated, '!**/*.test.ts'].join(',')], {
      ...{ cwd: packageRoot, preferLocal: true, localDir: packageRoot, stdio: 'inherit', reject: false },
    })
    process.exitCode = stryker.exitCode === 0 ? exitCodes.pass : exitCodes.fail
  })

/** Of the working tree against where it branched off; deleted files are left out. */
async function changedSince(ref: string): Promise<readonly string[]> {
  const git = (...words: readonly string[]) => execa('git', words, { cwd: packageRoot, reject: false })
  const base = await git('merge-base', ref, 'HEAD')
  if (base.exitCode !== 0) throw new UsageError(`git knows no ${ref}`, 'give a commit or branch with --since')
  const { stdout } = await git('diff', '--name-only', '--diff-filter=d', base.stdout)
  return stdout.split('\n').filter(Boolean)
}

await runProgram('mutate:code', program)
