import { z } from 'zod'
import { observationSchema, placeSchema, targetMachines } from './own-workload.ts'
import { vantages } from './probe-path.ts'

const onSchema = z.enum(targetMachines).optional()

/** Where a request goes. `port` is that of the pod, or of the Service. */
const targetSchema = z.union([
  z.strictObject({
    service: z.string().describe('A Service, asked by its ClusterIP'),
    namespace: z.string(),
    port: z.int().min(1).max(65535).describe('Of the Service'),
    on: onSchema.describe('Of a stream alone: where the pod is that it must lead to'),
  }),
  z.strictObject({
    nodePort: z.string().describe('A Service of type NodePort or LoadBalancer, asked on the machine at `on`'),
    namespace: z.string(),
    port: z.int().min(1).max(65535).describe('Of the Service; its node port is looked up'),
    on: onSchema.describe('Default: other-worker'),
  }),
  z.strictObject({
    pod: z
      .string()
      .describe('A label selector; of the pods that it finds, one on the machine at `on` where there is one'),
    namespace: z.string(),
    port: z.int().min(1).max(65535).describe('Of the pod'),
    on: onSchema.describe('Default: first-worker'),
  }),
  z.strictObject({
    name: z.string().describe('A Service, whose name the cluster’s DNS is asked for; the answer must be its ClusterIP'),
    namespace: z.string(),
  }),
])

const probeSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,39}$/, 'small letters, digits and hyphens, at most 40')
    .describe('Names the path in the reports, and the file of its samples'),
  title: z.string().describe('As a short noun phrase'),
  to: targetSchema,
  from: z
    .enum(vantages)
    .default('worker')
    .describe(
      'Where it is asked from: the first worker’s network namespace, that of a pod of the workload `web` there, or a container beside the machines on their network',
    ),
  path: z.string().regex(/^\//, 'begins with a slash').default('/').describe('Of the URL, with its query'),
  connection: z
    .enum(['new', 'reused', 'stream'])
    .default('new')
    .describe(
      'A new connection for each request, one that is kept, or one long answer of numbered lines as drill’s own server gives it (harness/workload/answer-stream.ts)',
    ),
  status: z.int().min(100).max(599).default(200).describe('Of the right answer; any other one is a failed probe'),
  identity: z
    .boolean()
    .default(false)
    .describe(
      'The answer is JSON with `pod`, `nonce` (drawn when the process began) and `count`: a restart between two requests is seen then',
    ),
})

const stepSchema = z.union([
  z.strictObject({
    title: z.string(),
    manifests: z.string().describe('A folder of YAML files, applied in their order'),
  }),
  z.strictObject({
    title: z.string(),
    on: placeSchema,
    files: z.string().optional().describe('A folder whose files are put below / of the machines'),
    script: z
      .string()
      .optional()
      .describe('A Bash script, run as root on each of the machines once the files are there'),
  }),
])

/** `workload.yaml`: the one file of a workload directory that says what goes where, what to probe, and what must hold. */
export const workloadFileSchema = z
  .strictObject({
    title: z.string(),
    network: z
      .string()
      .optional()
      .describe('A folder of YAML files that make the pod network, in place of drill’s own; no Node is Ready before'),
    deploy: z.array(stepSchema).min(1).describe('In this order, before the baseline; paths are relative to the file'),
    restored: z
      .array(z.string().regex(/^\//, 'an absolute path'))
      .default([])
      .describe(
        'Paths of `files`, or of directories, that the operator puts back after the loss and before the repair',
      ),
    probe: z.array(probeSchema).default([]).describe('Paths, probed and judged as those of drill itself'),
    expectNotReady: placeSchema
      .optional()
      .describe('The machines whose Nodes are not Ready on purpose once all is deployed'),
    hold: z.array(observationSchema).default([]).describe('What is the same before the loss and after the repair'),
  })
  .refine(({ probe, hold }) => probe.length + hold.length > 0, {
    message: 'nothing says what must hold: give probe, hold, or both',
  })
  .refine(({ probe }) => new Set(probe.map(({ id }) => id)).size === probe.length, {
    message: 'two probes have the same id',
    path: ['probe'],
  })
