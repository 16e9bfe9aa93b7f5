import { packageFile } from '../host/package/package-files.ts'

/** The workload that every drill runs. */
export const webDirectory = packageFile('harness/workload/web')

/** The workloads that drill brings, as directories such as a team's own. */
const builtIn: Readonly<Record<string, string>> = {
  web: webDirectory,
  database: packageFile('harness/workload/database'),
  neighbours: packageFile('harness/workload/neighbours'),
}

/** The directory that a word of `--workload` means: that of a built-in one, or the word itself. */
export const workloadDirectory = (word: string): string => builtIn[word] ?? word
