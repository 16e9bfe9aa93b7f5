import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { PreflightError } from '../../model/errors.ts'
import { hostCommand } from '../process/host-command.ts'
import { parseKindVersion } from './kernel-files.ts'

/** The kind that setup installs. Its later patches do as well; its node image contract and balancer change between minors. */
export const kindVersion = '0.33.0'
export const kindModule = `sigs.k8s.io/kind@v${kindVersion}`

export interface FoundKind {
  readonly path: string
  /** Undefined when it does not say. */
  readonly version: string | undefined
  /** It is of the minor that drill is made for. */
  readonly fits: boolean
}

let found: Promise<FoundKind | undefined> | undefined

/** The absolute path of a kind of the right minor: on PATH, or where `go install` puts it although that is often not on PATH. Rejects with PreflightError. */
export async function kindPath(): Promise<string> {
  found ??= findKind()
  const kind = await found
  if (!kind?.fits) {
    found = undefined
    throw new PreflightError(
      kind ? `kind ${kind.version ?? ''} at ${kind.path} is not ${kindVersion}` : 'kind is not installed',
      'npx --no-install drill setup',
    )
  }
  return kind.path
}

/** The first kind of the right minor; where there is none, the first one of all. */
export async function findKind(): Promise<FoundKind | undefined> {
  const onPath = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean)
  const seen: FoundKind[] = []
  for (const folders of [async () => [...onPath, ...defaultGoBins()], goBins]) {
    for (const path of await executables((await folders()).map((folder) => join(folder, 'kind')))) {
      const { stdout } = await hostCommand([path, 'version'], { timeoutMs: 10_000 })
      const version = parseKindVersion(stdout)
      const kind = { path, version, fits: fitsDrill(version) }
      if (kind.fits) return kind
      seen.push(kind)
    }
  }
  return seen[0]
}

/** Pure: 0.33.0 or a later 0.33.x. */
export function fitsDrill(version: string | undefined): boolean {
  const minor = kindVersion.slice(0, kindVersion.lastIndexOf('.'))
  return version !== undefined && new RegExp(`^${minor.replace('.', '\\.')}\\.\\d+$`).test(version)
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

async function executables(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    [...new Set(paths)].map((path) =>
      access(path, constants.X_OK).then(
        () => [path],
        () => [],
      ),
    ),
  )
  return found.flat()
}
