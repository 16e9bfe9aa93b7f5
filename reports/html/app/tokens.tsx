import { credentialRows, tokenRows } from '../../model/token-rows.ts'
import { Section } from './layout/section.tsx'
import { TextTable } from './layout/text-table.tsx'

interface Properties {
  readonly evidence: Readonly<Record<string, unknown>>
  readonly zeroMs: number
}

/** The token inventory, and how old credentials were answered; nothing where neither was collected. */
export function Tokens({ evidence, zeroMs }: Properties) {
  const [tokens, credentials] = [tokenRows(evidence, zeroMs), credentialRows(evidence)]
  if (tokens.length + credentials.length === 0) return null
  return (
    <Section id="tokens" title="Tokens and credentials" lead="Before the fault → after the repair.">
      {tokens.length > 0 && (
        <TextTable
          label="Token inventory"
          head={['Token', 'Node', 'Signed with key', 'Issued, since injection', 'API server']}
          rows={tokens.map(({ name, node, keys, issued, accepted }) => [
            name,
            node,
            changeText(keys),
            changeText(issued),
            changeText(accepted),
          ])}
        />
      )}
      {credentials.length > 0 && (
        <>
          <h3 class="table-head">Credentials of before the fault, and the present administrator’s</h3>
          <TextTable
            label="Credentials"
            head={['Credential', 'API server of', 'Answer']}
            rows={credentials.map(({ credential, node, answers }) => [credential, node, changeText(answers)])}
          />
        </>
      )}
    </Section>
  )
}

/** `old → new`, or what stayed. */
function changeText([before = '', after = '']: readonly string[]): string {
  return before === after ? before : `${before || 'none'} → ${after || 'none'}`
}
