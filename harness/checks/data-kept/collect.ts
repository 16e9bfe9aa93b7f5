import { z } from 'zod'
import type { DrillContext } from '../../model/context.ts'
import { stopBackground } from '../../observe/background.ts'
import { momentOf } from '../../observe/collecting.ts'
import { kubernetesClient } from '../../observe/kubernetes-client.ts'
import { etcdData, etcdRevision } from './etcd-data.ts'
import { type DataAfter, type dataBeforeSchema, ledgerEntrySchema } from './evidence.ts'
import { contentOf, namespace, startLedger } from './ledger.ts'

const background = 'ledger'

/** Begins the ledger, and stores evidence `data-baseline`. */
export async function collectDataBefore(context: DrillContext): Promise<void> {
  context.background.set(background, await startLedger(context))
  await context.evidence.once('data-baseline', async (): Promise<z.infer<typeof dataBeforeSchema>> => {
    return { ...momentOf(context), revision: await etcdRevision(context) }
  })
}

/** Ends the ledger, and stores evidence `data-settled`: what it was told, what is there, and what each member of etcd has. */
export function collectDataAfter(context: DrillContext): Promise<void> {
  return context.evidence.once('data-settled', async (): Promise<DataAfter> => {
    const ledger = z.array(ledgerEntrySchema).parse(await stopBackground(context, background, 'no ledger was kept'))
    const { core } = await kubernetesClient(await context.api(), context.signal)
    const { items } = await core.listNamespacedConfigMap({ namespace })
    const found = items.flatMap(({ metadata, data }) => {
      const name = metadata?.name ?? ''
      return name.startsWith('entry-') ? [{ name, isSame: data?.['content'] === contentOf(name) }] : []
    })
    const named = (isSame: boolean) => found.filter((one) => one.isSame === isSame).map(({ name }) => name)
    return {
      ...momentOf(context),
      ledger,
      present: named(true),
      changed: named(false),
      members: [...(await etcdData(context))],
    }
  })
}
