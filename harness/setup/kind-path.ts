import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { PreflightError } from '../errors.ts'
import { hostCommand } from '../host-command.ts'

/** The minor of kind that the drill is made for; its node image contract and balancer change between minors. */
export const kindVersion = '0.33.0'
export const kindModule = `sigs.k8s.io/kind@v${kindVersion}`

/** The absolute path of kind: on PATH, or where `go install` puts it although that is often not on PATH. Rejects with PreflightError. */
export async function kindPath(): Promise<string> {
  const path = await findKind()
  if (path === undefined) throw new PreflightError('kind is not installed', 'npx drill setup')
  return path
}

/** As kindPath, with undefined where there is none. */
export async function findKind(): Promise<string | undefined> {
  const onPath = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean)
  return (
    (await firstExecutable([...onPath, ...defaultGoBins()].map((folder) => join(folder, 'kind')))) ??
    (await firstExecutable((await goBins()).map((folder) => join(folder, 'kind'))))
  )
}

function defaultGoBins(): readonly string[] {
  const gobin = process.env['GOBIN']
  const gopath = process.env['GOPATH']
  return [...(gobin ? [gobin] : []), ...(gopath ? [join(gopath, 'bin')] : []), join(homedir(), 'go', 'bin')]
}

/** `go env` knows settings made with `go env -w`; asked last, because starting go takes a moment. */
async function goBins(): Promise<readonly string[]> {
  const { exitCode, stdout } = await hostCommand(['go', 'env', 'GOBIN', 'GOPATH'], { timeoutMs: 10_000 })
  if (exitCode !== 0) return []
  const [gobin = '', gopath = ''] = stdout.split('\n')
  return [gobin, ...gopath.split(delimiter).map((folder) => folder && join(folder, 'bin'))].filter(Boolean)
}

async function firstExecutable(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (found) return path
  }
  return undefined
}
