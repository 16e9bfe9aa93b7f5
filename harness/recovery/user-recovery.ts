import { appendFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import {
  machinePreconditions,
  markVariable,
  nodeConfigs,
  PreconditionError,
  reportInputs,
  scriptMark,
  surveyCluster,
} from '../../lib/index.ts'
import type { Inventory, Node, Preflight, Recovery, RecoveryContext, Step } from '../../lib/index.ts'
import { hostCommand } from '../host/process/host-command.ts'
import { shellLineFor, type NodeSpec } from '../cluster/node-spec.ts'
import { redactedLines } from '../store/redact.ts'

export interface UserRecoveryOptions {
  /** Absolute path of an executable file of the user. */
  readonly command: string
  readonly runDir: string
  /** The machines that the command is given a way to. */
  readonly nodes: readonly NodeSpec[]
  /** Default 30 min. */
  readonly timeoutMs?: number
}

const defaultTimeoutMs = 30 * 60_000

/** The kubeadm configuration of each control plane, by its name. */
type Configs = ReadonlyMap<string, string>

/**
 * A repair by the user's own command, on this host. Its environment has DRILL_INVENTORY, the path of a JSON file
 * `{controlPlanes: [{name, address, kubeadmConfig}], workers: [{name, address}], ssh}`, and DRILL_SSH, the path of a
 * program that runs commands on a machine as ssh does: `$DRILL_SSH NODE COMMAND…`. `kubeadmConfig` is the path of the
 * machine's kubeadm configuration, recovered as for the library's repair, or null where it cannot be.
 * What the command prints goes to the journal, line by line and without secrets, and to commands/repair.log. It fails
 * when the command does not exit with 0.
 */
export function userRecovery(options: UserRecoveryOptions): Recovery<Configs> {
  const { command, runDir, nodes, timeoutMs = defaultTimeoutMs } = options
  const preflight: Preflight<Configs> = {
    id: 'find-configuration',
    title: 'Find the kubeadm configuration for the command on the machines',
    survey: configsToGive,
    run: async () => undefined,
  }
  const run = async (configs: Configs, { inventory, emit, signal }: RecoveryContext): Promise<void> => {
    const inputs = join(runDir, 'inputs')
    const log = join(runDir, 'commands', 'repair.log')
    await Promise.all([inputs, join(runDir, 'commands')].map((path) => mkdir(path, { recursive: true })))
    const env = await writeInputs(inputs, nodes, inventory, configs)
    const clean = redactedLines()
    let last = ''
    const { exitCode, stderr } = await hostCommand([command], {
      env,
      timeoutMs,
      signal,
      onLine(line) {
        const said = clean(line)
        if (said === undefined) return
        last = said
        appendFileSync(log, `${said}\n`)
        emit({ type: 'recovery.said', line: said })
      },
    })
    signal.throwIfAborted()
    if (exitCode === 0) return
    const why =
      exitCode === 124
        ? `did not end within ${Math.round(timeoutMs / 60_000)} min, or exited with 124`
        : exitCode === -1
          ? `could not be run: ${stderr.split('\n')[0] ?? ''}`
          : `exited with ${exitCode}`
    throw new Error(`${basename(command)} ${why}${last ? `, last it said: ${last}` : ''}`)
  }
  const step: Step<Configs> = { id: 'user-command', title: `Run ${basename(command)}`, run }
  return { id: basename(command), title: `Your own command: ${command}`, preflight, steps: [step] }
}

/** Whether the command can do without a configuration is its own decision, like everything else that the library refuses. */
async function configsToGive(context: RecoveryContext): Promise<Configs> {
  try {
    const cluster = await surveyCluster(context, machinePreconditions)
    reportInputs(context, cluster)
    return nodeConfigs(cluster)
  } catch (error) {
    if (!(error instanceof PreconditionError)) throw error
    context.emit({ type: 'recovery.said', line: `drill found no kubeadm configuration to give: ${error.message}` })
    return new Map()
  }
}

/** Writes what the command is given; answers with its environment. */
async function writeInputs(
  directory: string,
  nodes: readonly NodeSpec[],
  { controlPlanes, workers }: Inventory,
  configs: Configs,
): Promise<Record<string, string>> {
  const ssh = join(directory, 'ssh')
  const path = join(directory, 'inventory.json')
  const configOf = (name: string) => join(directory, `kubeadm-${name}.yaml`)
  await writeFile(ssh, sshScript(nodes), { mode: 0o755 })
  await Promise.all([...configs].map(([name, config]) => writeFile(configOf(name), config)))
  const document = {
    controlPlanes: controlPlanes.map((node) => ({
      ...named(node),
      kubeadmConfig: configs.has(node.name) ? configOf(node.name) : null,
    })),
    workers: workers.map(named),
    ssh,
  }
  await writeFile(path, `${JSON.stringify(document, null, 2)}\n`)
  return { DRILL_INVENTORY: path, DRILL_SSH: ssh }
}

/** The machines of a drill know their address; the library's Node does not ask for one. */
const named = (node: Node) => ({
  name: node.name,
  address: 'address' in node && typeof node.address === 'string' ? node.address : null,
})

/** As ssh: the words of the command are joined and given to a shell there; 255 for a name that no machine has. */
export function sshScript(nodes: readonly NodeSpec[]): string {
  const cases = nodes.map((node) => `${node.name}) exec ${shellLineFor(node, { [markVariable]: scriptMark })} ;;`)
  return `#!/bin/bash
# drill-ssh NODE COMMAND…: runs the command there, as root, with this standard input, standard output and exit code.
node=\${1:-}
shift
case $node in
${cases.join('\n')}
*) echo "no machine of this cluster is called '$node'" >&2; exit 255 ;;
esac
`
}
