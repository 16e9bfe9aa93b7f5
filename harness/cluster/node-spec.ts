import type { NodeRole } from '../../lib/node.ts'
import { quote } from '../../lib/shell/bash.ts'
import type { Machine } from '../model/cluster.ts'
import { dockerExec, dockerNode } from './docker-node.ts'

/** How another process reaches a machine: plain data. A further kind is a member here and an entry of `transports`. */
export type NodeSpec = DockerNodeSpec

/** A kind node: a container with the name of its Node, on this host's engine. */
export interface DockerNodeSpec {
  readonly kind: 'docker'
  readonly name: string
  readonly role: NodeRole
  readonly address: string
}

interface Transport<Spec extends NodeSpec> {
  readonly node: (spec: Spec) => Machine
  /** See shellLineFor. */
  readonly shellLine: (spec: Spec, environment: Readonly<Record<string, string>>) => string
}

const transports: { readonly [Kind in NodeSpec['kind']]: Transport<Extract<NodeSpec, { readonly kind: Kind }>> } = {
  docker: {
    node: ({ name, role, address }) => dockerNode(name, role, address),
    shellLine({ name }, environment) {
      const variables = Object.entries(environment).flatMap(([key, value]) => ['--env', `${key}=${value}`])
      return `${dockerExec(name, ...variables)
        .map(quote)
        .join(' ')} bash -c "$*"`
    },
  },
}

/** The spec of a machine of a kind cluster. */
export const specOf = ({ name, role, address }: Machine): NodeSpec => ({ kind: 'docker', name, role, address })

/** The machine of a spec. */
export const nodeOf = (spec: NodeSpec): Machine => transports[spec.kind].node(spec)

/**
 * A line of bash that gives the words "$*" to a shell on the machine, as ssh does: as root, with the caller's standard input,
 * output and exit code, and these variables in its environment.
 */
export const shellLineFor = (spec: NodeSpec, environment: Readonly<Record<string, string>>): string =>
  transports[spec.kind].shellLine(spec, environment)
