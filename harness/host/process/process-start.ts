import { readFile } from 'node:fs/promises'

/** When a process started, in clock ticks since boot (/proc/<pid>/stat, field 22); undefined where it has ended, a zombie too. A reused pid is another process. */
export async function processStart(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  // The second field, the name in brackets, may hold blanks and brackets itself.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields?.[0] === 'Z' ? undefined : fields?.[19]
}
