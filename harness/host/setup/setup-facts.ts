import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { hostCommand } from '../process/host-command.ts'
import type { ExtraName } from '../extra-images/extra-images.ts'
import { foreignEngineOf, readEngine, type EngineFacts } from './engine-facts.ts'
import { daemonConfigPath, runtimePath } from './engine-runtime.ts'
import { readHost, type HostFacts } from './host-facts.ts'
import { readImages, type ImageFacts } from './image-facts.ts'
import { findKind, type FoundKind } from './kind-path.ts'

/** All that the plan of setup, and doctor's table, are made from. */
export interface SetupFacts {
  readonly host: HostFacts
  readonly engine: EngineFacts
  /** The DOCKER_HOST of the environment when it names another engine than this host's; setup cannot start that one. */
  readonly foreignEngine: string | undefined
  /** Content of /etc/docker/daemon.json. */
  readonly daemonConfig: string | undefined
  /** Content of the runtime that an earlier setup installed. */
  readonly installedRuntime: string | undefined
  readonly kind: FoundKind | undefined
  readonly images: ImageFacts
  /** Docker's registry answers from here; asked only when an image is missing. */
  readonly registry: boolean
  /** Which of the packages that a build needs are not installed; looked up only when the node image must be built. */
  readonly missingPackages: readonly string[]
}

export interface ReadSetupOptions {
  readonly nodeImage?: string
  /** Images beyond those of every drill: `--with`. */
  readonly extra?: readonly ExtraName[]
  /** A pull failed already: take the registry for unreachable. */
  readonly offline?: boolean
  readonly signal?: AbortSignal
}

/** Reads everything, changing nothing; well under a second when nothing is missing. */
export async function readSetup(options: ReadSetupOptions = {}): Promise<SetupFacts> {
  const { signal } = options
  const [host, engine, daemonConfig, installedRuntime, kind] = await Promise.all([
    readHost(signal),
    readEngine(signal),
    readFile(daemonConfigPath, 'utf8').catch(() => undefined),
    readFile(runtimePath, 'utf8').catch(() => undefined),
    findKind(),
  ])
  const images = await readImages(engine.state === 'answers', options)
  const allThere = images.node.there && images.workload.there && images.balancer.there
  const registry = !allThere && !options.offline && (await registryAnswers(signal))
  return {
    host,
    engine,
    foreignEngine: foreignEngineOf(process.env['DOCKER_HOST']),
    daemonConfig,
    installedRuntime,
    kind,
    images,
    registry,
    missingPackages:
      allThere && images.extra.every(({ there }) => there) ? [] : await missingOf(images.buildPackages, signal),
  }
}

/** A bounded request, so that the plan says whether setup will pull or build. Behind a proxy that misleads it, the pull fails and a build follows. */
async function registryAnswers(signal?: AbortSignal): Promise<boolean> {
  const timeout = AbortSignal.timeout(3_000)
  const answer = fetch('https://registry-1.docker.io/v2/', {
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  })
  return Promise.race([
    answer.then(
      () => true,
      () => false,
    ),
    sleep(3_500, false, { ref: false }),
  ])
}

async function missingOf(packages: readonly string[], signal?: AbortSignal): Promise<readonly string[]> {
  if (packages.length === 0) return []
  const { stdout } = await hostCommand(
    ['dpkg-query', '--show', '--showformat', '${Package} ${db:Status-Status}\\n', ...packages],
    {
      timeoutMs: 10_000,
      ...(signal ? { signal } : {}),
    },
  )
  const installed = new Set(
    stdout.split('\n').flatMap((line) => (line.endsWith(' installed') ? [line.split(' ')[0]] : [])),
  )
  return packages.filter((name) => !installed.has(name))
}
