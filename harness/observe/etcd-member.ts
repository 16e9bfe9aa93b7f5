import { z } from 'zod'

/** What a member of etcd tells of itself and its cluster. */
export const etcdMemberSchema = z.object({ clusterId: z.string(), memberId: z.string(), members: z.number().int() })
export type EtcdMember = z.infer<typeof etcdMemberSchema>

const id = z.union([z.string(), z.number()]).transform(String)
const memberListSchema = z.object({
  header: z.object({ cluster_id: id, member_id: id }),
  members: z.array(z.unknown()),
})

/**
 * Parses `etcdctl member list --write-out json`; null for anything else, such as no answer. Ids are decimal strings: they are
 * 64 bits wide and written as JSON numbers, which JSON.parse would round.
 */
export function etcdMemberOf(json: string): EtcdMember | null {
  const exact = (_key: string, value: unknown, { source }: { readonly source?: string } = {}): unknown =>
    typeof value === 'number' ? source : value
  try {
    const parse = JSON.parse as (text: string, reviver: typeof exact) => unknown
    const { header, members } = memberListSchema.parse(parse(json, exact))
    return { clusterId: header.cluster_id, memberId: header.member_id, members: members.length }
  } catch {
    return null
  }
}
