export interface ChromiumPlan {
  /** What to run, or undefined where it must be left to the user. */
  readonly run: readonly string[] | undefined
  /** What the user would type, or do. */
  readonly command: string
}

/** Pure: how a browser comes to this machine. */
export function chromiumPlan(distribution: string, rights: 'root' | 'sudo' | 'none'): ChromiumPlan {
  if (distribution !== 'debian') return { run: undefined, command: 'install Google Chrome, or set CHROMIUM_PATH' }
  const install = 'apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium'
  const shell = ['sh', '-c', install]
  if (rights === 'root') return { run: shell, command: install }
  return { run: rights === 'sudo' ? ['sudo', '-n', ...shell] : undefined, command: `sudo sh -c '${install}'` }
}
