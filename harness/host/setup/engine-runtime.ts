import { z } from 'zod'
import { PreflightError } from '../../model/errors.ts'
import { packageFile } from '../package/package-files.ts'

/** The name under which dockerd gets the runtime that leaves CAP_SYS_RESOURCE out. */
export const drillRuntime = 'drill-runc'
export const runtimePath = '/usr/local/lib/drill/runc-without-sys-resource'
export const runtimeSource = packageFile('harness/host/setup/runc-without-sys-resource.sh')
export const daemonConfigPath = '/etc/docker/daemon.json'

const daemonConfig = z.looseObject({ runtimes: z.record(z.string(), z.unknown()).optional() })

/**
 * Pure: dockerd's configuration with our runtime as the default, and everything else as it was. dockerd takes both settings over on SIGHUP
 * without a restart (docs.docker.com/reference/cli/dockerd, "Configuration reload behavior"). Rejects a file that is no JSON object.
 */
export function withDrillRuntime(text: string | undefined): string {
  const config = parsed(text?.trim() ? text : '{}')
  const runtimes = { ...config.runtimes, [drillRuntime]: { path: runtimePath } }
  return `${JSON.stringify({ ...config, runtimes, 'default-runtime': drillRuntime }, null, 2)}\n`
}

function parsed(text: string): z.infer<typeof daemonConfig> {
  try {
    return daemonConfig.parse(JSON.parse(text))
  } catch (cause) {
    throw new PreflightError(`${daemonConfigPath} is not a JSON object`, `correct ${daemonConfigPath} by hand`, {
      cause,
    })
  }
}
