import { readFile, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { hostCommand } from '../process/host-command.ts'
import { mayHaveCapability } from './kernel-files.ts'

/** The Docker engine as its client reports it, read without changing anything. */
export interface EngineFacts {
  /** `forbidden`: it is there, but this user may not use it. `silent`: nothing answers. */
  readonly state: 'answers' | 'forbidden' | 'silent' | 'no-client'
  /** Why it does not answer, in the client's words; empty when it does. */
  readonly reason: string
  readonly version: string
  readonly cgroup: 'v1' | 'v2' | undefined
  readonly defaultRuntime: string
  /** Where it keeps its images. */
  readonly rootDir: string
  /** Free disk there (or where it will be), in MB; undefined where this cannot be seen from here. */
  readonly freeDiskMb: number | undefined
  /** Containers that run now, drill's or anybody's. */
  readonly running: number
  /** Does the engine's own process have CAP_SYS_RESOURCE? Undefined when its process cannot be seen from here. */
  readonly sysResource: boolean | undefined
}

const infoShape = z.object({
  ServerVersion: z.string().default(''),
  ServerErrors: z.array(z.string()).nullish(),
  CgroupVersion: z.string().default(''),
  DefaultRuntime: z.string().default(''),
  DockerRootDir: z.string().default(''),
  ContainersRunning: z.number().default(0),
})

const cgroups: Readonly<Record<string, 'v1' | 'v2'>> = { 1: 'v1', 2: 'v2' }

/** One `docker info`; some 50 ms. Never rejects for an engine that is not there. */
export async function readEngine(signal?: AbortSignal): Promise<EngineFacts> {
  const result = await hostCommand(['docker', 'info', '--format', '{{json .}}'], {
    timeoutMs: 10_000,
    ...(signal ? { signal } : {}),
  })
  signal?.throwIfAborted()
  const facts = engineFactsOf(result)
  const withDisk = { ...facts, freeDiskMb: await freeDiskMb(facts.rootDir) }
  return facts.state === 'answers' ? { ...withDisk, sysResource: await engineSysResource() } : withDisk
}

/** Pure: what the client's answer means. */
export function engineFactsOf(result: {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}): EngineFacts {
  const none: EngineFacts = {
    state: 'silent',
    reason: '',
    version: '',
    cgroup: undefined,
    defaultRuntime: '',
    rootDir: '/var/lib/docker',
    freeDiskMb: undefined,
    running: 0,
    sysResource: undefined,
  }
  if (result.exitCode === -1) return { ...none, state: 'no-client', reason: 'the docker command is not installed' }
  if (result.exitCode === 124) return { ...none, reason: 'the engine did not answer within 10 s' }
  const info = infoShape.safeParse(jsonOf(result.stdout)).data
  const reason = (info?.ServerErrors?.[0] ?? result.stderr.trim().split('\n').at(-1) ?? '').slice(0, 300)
  if (!info?.ServerVersion)
    return { ...none, state: /permission denied/i.test(reason) ? 'forbidden' : 'silent', reason }
  return {
    ...none,
    state: 'answers',
    version: info.ServerVersion,
    cgroup: cgroups[info.CgroupVersion],
    defaultRuntime: info.DefaultRuntime,
    rootDir: info.DockerRootDir || none.rootDir,
    running: info.ContainersRunning,
  }
}

/** Pure: a DOCKER_HOST that is not the standard socket of this host. */
export function foreignEngineOf(dockerHost: string | undefined): string | undefined {
  if (!dockerHost || /^unix:\/\/(\/var)?\/run\/docker\.sock$/.test(dockerHost)) return undefined
  return dockerHost
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Of the folder, or of the nearest one above it that this user may see. */
async function freeDiskMb(folder: string): Promise<number | undefined> {
  for (let path = folder; ; path = dirname(path)) {
    const seen = await statfs(path).catch(() => undefined)
    if (seen) return Math.floor((seen.bavail * seen.bsize) / 2 ** 20)
    if (path === dirname(path)) return undefined
  }
}

/** The pid of the engine of this host, where this is the engine's host and its pid file names a dockerd. */
async function enginePid(): Promise<number | undefined> {
  const pid = Number(await readFile('/var/run/docker.pid', 'utf8').catch(() => NaN))
  if (!Number.isInteger(pid) || pid <= 0) return undefined
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')
  return name.trim() === 'dockerd' ? pid : undefined
}

async function engineSysResource(): Promise<boolean | undefined> {
  const pid = await enginePid()
  const status = pid === undefined ? '' : await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return mayHaveCapability(status, 'CAP_SYS_RESOURCE')
}
