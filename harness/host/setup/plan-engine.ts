import { packageFile } from '../package/package-files.ts'
import { daemonConfigPath, drillRuntime, runtimePath, runtimeSource, withDrillRuntime } from './engine-runtime.ts'
import { quote } from '../../../lib/shell/bash.ts'
import type { SetupFacts } from './setup-facts.ts'
import type { Action, Obstacle } from './setup-plan.ts'

const startEngineScript = packageFile('harness/host/setup/start-engine.sh')

export interface EnginePlanOptions {
  /** Content of our runtime, for the record of changed files. */
  readonly runtimeScript: string
}

/** Pure: what this machine lacks of an engine that answers and can start privileged containers. */
export function planEngine(facts: SetupFacts, options: EnginePlanOptions): readonly (Action | Obstacle)[] {
  const { engine, host } = facts
  if (engine.state === 'answers')
    return lacksRuntime(facts) || outdated(facts, options) ? [runtimeAction(facts, options)] : []
  if (engine.state === 'forbidden') return [accessAction(facts)]
  const obstacle = engineObstacle(facts)
  if (obstacle) return [obstacle]
  return [
    ...(installed(facts) ? [] : [packagesAction(facts)]),
    ...(host.sysResource || configured(facts, options) ? [] : [runtimeAction(facts, options)]),
    host.serviceManager ? serviceAction(facts) : startAction(facts),
    ...(host.rights === 'root' ? [] : [accessAction(facts)]),
  ]
}

const installed = ({ host }: SetupFacts) => host.dockerd && host.dockerClient

function engineObstacle(facts: SetupFacts): Obstacle | undefined {
  if (facts.foreignEngine !== undefined) {
    const what = `DOCKER_HOST names an engine that does not answer: ${facts.foreignEngine}`
    return { need: 'engine', what, fix: 'start that engine, or unset DOCKER_HOST' }
  }
  if (installed(facts) || facts.host.apt) return undefined
  const what = `drill installs an engine on Debian and Ubuntu only, this is ${facts.host.os.prettyName}`
  return { need: 'engine', what, fix: 'https://docs.docker.com/engine/install/' }
}

/** Files of the runtime as they should be. */
function configured({ daemonConfig, installedRuntime }: SetupFacts, { runtimeScript }: EnginePlanOptions): boolean {
  return installedRuntime === runtimeScript && daemonConfig === withDrillRuntime(daemonConfig)
}

/** The engine uses our runtime, but as another version of drill installed it. */
function outdated(facts: SetupFacts, { runtimeScript }: EnginePlanOptions): boolean {
  return facts.engine.defaultRuntime === drillRuntime && facts.installedRuntime !== runtimeScript
}

/** The engine cannot start privileged containers: it lacks the capability, and its runtime is the plain runc. */
export function lacksRuntime({ engine }: Pick<SetupFacts, 'engine'>): boolean {
  return engine.sysResource === false && engine.defaultRuntime === 'runc'
}

/** Shell lines that install packages from the distribution, also after an interrupted dpkg. */
export function installLines(packages: readonly string[], dpkgInterrupted: boolean): readonly string[] {
  return [
    ...(dpkgInterrupted ? ['dpkg --configure -a'] : []),
    'apt-get update',
    // needrestart must not restart the user's services.
    `DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l apt-get install -y --no-install-recommends ${packages.join(' ')}`,
  ]
}

// Debian 13 and later have the client in a package of its own; only fresh package lists know.
const clientPackage = '$(apt-cache show docker-cli >/dev/null 2>&1 && echo docker-cli)'

function packagesAction({ host, engine }: SetupFacts): Action {
  const packages = [
    'docker.io',
    'iptables',
    'ca-certificates',
    ...(host.appArmor ? ['apparmor'] : []),
    ...(host.dockerClient ? [] : [clientPackage]),
  ]
  return {
    id: 'engine-packages',
    need: 'engine',
    what: `install the Docker engine from the packages of ${host.os.prettyName}`,
    why: engine.reason || 'no engine answers',
    commands: installLines(packages, host.dpkgInterrupted),
    rights: 'root',
    changes: [],
  }
}

function runtimeAction({ engine, daemonConfig }: SetupFacts, { runtimeScript }: EnginePlanOptions): Action {
  const config = withDrillRuntime(daemonConfig)
  return {
    id: 'engine-runtime',
    need: 'privileged',
    what: 'let the engine start privileged containers without CAP_SYS_RESOURCE',
    why: 'this host lacks that capability, and runc cannot grant what it does not have; a wrapper script for runc omits it',
    commands: [
      `install -D -m 0755 ${quote(runtimeSource)} ${runtimePath}`,
      'mkdir -p /etc/docker',
      `printf %s ${quote(config)} > ${daemonConfigPath}`,
      // Reloaded without a restart, so the user's containers keep running.
      ...(engine.state === 'answers' ? ['kill -HUP "$(cat /var/run/docker.pid)"'] : []),
    ],
    rights: 'root',
    changes: [
      { kind: 'file', path: runtimePath, after: runtimeScript },
      { kind: 'file', path: daemonConfigPath, after: config },
    ],
  }
}

function serviceAction({ engine }: SetupFacts): Action {
  return {
    id: 'engine-service',
    need: 'engine',
    what: 'start the engine as a service',
    why: engine.reason || 'it does not answer',
    commands: ['systemctl enable --now docker'],
    rights: 'root',
    changes: [],
  }
}

function startAction({ engine }: SetupFacts): Action {
  return {
    id: 'engine-start',
    need: 'engine',
    what: 'start the engine in the background (log: /var/log/drill-dockerd.log); it lets the host forward packets',
    why: `no service manager runs here, and the engine does not answer${engine.reason ? `: ${engine.reason}` : ''}`,
    commands: [`sh ${quote(startEngineScript)}`],
    rights: 'root',
    // dockerd sets it itself when it starts.
    changes: [{ kind: 'sysctl', key: 'net.ipv4.ip_forward', after: '1' }],
  }
}

function accessAction({ host }: SetupFacts): Action {
  const user = quote(host.user)
  return {
    id: 'engine-access',
    need: 'engine',
    what: `let ${host.user} use the engine, which is equivalent to root on this machine`,
    why: 'only root and the group docker may use it; membership takes effect at the next login, so until then the user owns the socket',
    commands: [`usermod --append --groups docker ${user}`, `chown ${user} /var/run/docker.sock`],
    rights: 'root',
    changes: [{ kind: 'group-member', user: host.user, group: 'docker' }],
  }
}
