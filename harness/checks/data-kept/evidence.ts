import { z } from 'zod'
import { momentSchema } from '../../observe/collecting.ts'

export const ledgerEntrySchema = z.object({
  name: z.string().describe('Of the ConfigMap'),
  action: z.enum(['write', 'delete']),
  atMs: z.number().describe('When the request began, milliseconds since the run began'),
  acknowledged: z.boolean(),
  problem: z.string().describe('Why not; empty for what was acknowledged'),
})
export type LedgerEntry = z.infer<typeof ledgerEntrySchema>

export const etcdDataSchema = z.object({
  node: z.string(),
  revision: z.number().int().describe('To which the hash belongs'),
  compacted: z.number().int().describe('Members compact at the same revision, one after another'),
  hash: z.number().int().describe('Of all keys and values'),
})
export type EtcdData = z.infer<typeof etcdDataSchema>

export const dataBeforeSchema = momentSchema.extend({ revision: z.number().int().describe('Of etcd') })

export const dataAfterSchema = momentSchema.extend({
  ledger: z.array(ledgerEntrySchema),
  present: z.array(z.string()).describe('ConfigMaps of the ledger that are there, with the content that was written'),
  changed: z.array(z.string()).describe('Those with another content'),
  members: z.array(etcdDataSchema).describe('Of etcd; one that is missing did not answer'),
})
export type DataAfter = z.infer<typeof dataAfterSchema>
