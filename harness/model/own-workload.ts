import type { KubernetesObject } from '@kubernetes/client-node'
import { z } from 'zod'
import type { Cluster, Host } from './cluster.ts'
import type { Connection, Vantage } from './probe-path.ts'

export const placeSchema = z.enum([
  'first-control-plane',
  'control-planes',
  'workers',
  'last-worker',
  'machines',
  'balancer',
])
export type Place = z.infer<typeof placeSchema>

/** The machines at a place; none at `balancer` where one control plane needs no balancer. */
export function machinesAt({ controlPlanes, workers, machines, balancer }: Cluster, place: Place): readonly Host[] {
  const hosts: Readonly<Record<Place, readonly Host[]>> = {
    'first-control-plane': controlPlanes.slice(0, 1),
    'control-planes': controlPlanes,
    workers,
    'last-worker': workers.slice(-1),
    machines,
    balancer: balancer ? [balancer] : [],
  }
  return hosts[place]
}

/** What must hold after the repair: a script prints the same on the same machine as before the loss. */
export const observationSchema = z.strictObject({
  title: z.string().describe('The claim, as a short sentence'),
  on: placeSchema,
  script: z.string().describe('Bash, as root; what it prints must be the same before and after'),
  named: z
    .string()
    .optional()
    .describe('What may be lost where the plan of the repair names this, because only an operator can bring it back'),
})
export type Observation = z.infer<typeof observationSchema>

export interface OwnFile {
  /** On the machine. */
  readonly path: string
  readonly text: string
  readonly mode: number
}

/** One step of a deployment, on machines or through the API. */
export interface OwnDeployment {
  readonly title: string
  readonly on: Place
  readonly files: readonly OwnFile[]
  /** Bash, run as root on each machine once its files are there. */
  readonly script?: string
  readonly objects: readonly KubernetesObject[]
}

/** Machines that an address may be of. With one worker the other one is the same. */
export const targetMachines = ['first-worker', 'other-worker', 'control-plane'] as const
export type TargetMachine = (typeof targetMachines)[number]

/** What a probe asks: by HTTP, or the cluster's DNS for the name of a Service. */
export type ProbeTarget =
  | { readonly name: string; readonly namespace: string }
  | ({ readonly namespace: string; readonly port: number; readonly on?: TargetMachine | undefined } & (
      { readonly service: string } | { readonly nodePort: string } | { readonly pod: string }
    ))

/** A path to probe, not yet resolved to an address. */
export interface OwnProbe {
  readonly id: string
  readonly title: string
  readonly to: ProbeTarget
  readonly from: Vantage
  readonly path: string
  readonly connection: Connection
  /** Of the right answer. */
  readonly status: number
  /** The answer tells who gave it, as drill's own server does. */
  readonly identity: boolean
}

/** What a team runs beside drill's own workload: `--workload DIR`. */
export interface OwnWorkload {
  readonly title: string
  /** Images that its pods need beyond those of every node, by reference. */
  readonly images: readonly string[]
  /** The pod network of the cluster; empty where drill's own serves. */
  readonly network: readonly KubernetesObject[]
  /** In this order, before the baseline. */
  readonly deploy: readonly OwnDeployment[]
  /** Paths, or the directories above them, whose files the operator puts back after the loss and before the repair. */
  readonly restored: readonly string[]
  readonly probe: readonly OwnProbe[]
  readonly hold: readonly Observation[]
  /** Whose Nodes are not Ready on purpose once all is deployed, as one that was sick before the disaster. */
  readonly expectNotReady: readonly Place[]
}
