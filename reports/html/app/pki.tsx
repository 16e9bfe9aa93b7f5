import { formatCounted } from '../../model/figures.ts'
import { type Fate, type PkiEntry, pkiOf } from '../../model/pki.ts'
import { Section } from './layout/section.tsx'

/** Who signs what, and what became of it; nothing where it was not looked at twice. */
export function Pki({ evidence }: { readonly evidence: Readonly<Record<string, unknown>> }) {
  const trees = pkiOf(evidence)
  if (trees.length === 0) return null
  return (
    <Section
      id="pki"
      title="Certificates and keys"
      lead="Before the fault and after the repair, compared by checksum. Below each CA is what it signs in kubeadm’s layout; issuers are not recorded."
    >
      <div class="pki">
        {trees.map(({ authority, signs }) => (
          <div class="pki-tree" key={authority.path} data-pki={authority.path}>
            <Entry entry={authority} />
            <ul class="pki-signs">
              {signs.map((entry) => (
                <li key={entry.path}>
                  <Entry entry={entry} />
                </li>
              ))}
            </ul>
          </div>
        ))}
      </div>
    </Section>
  )
}

const looks: Readonly<Record<Fate, readonly [glyph: string, word: string]>> = {
  kept: ['=', 'kept'],
  replaced: ['⇄', 'replaced'],
  extended: ['↗', 'extended, same key'],
  new: ['+', 'new'],
  gone: ['✕', 'gone'],
}

function Entry({ entry: { title, path, fates, before, after } }: { readonly entry: PkiEntry }) {
  return (
    <div class="pki-entry">
      <span class="pki-title">
        {title}
        <code>{path.replace('/etc/kubernetes/', '')}</code>
      </span>
      <span class="pki-fates">
        {fates.map(({ fate, nodes }) => (
          <span key={fate} class={`pki-fate pki-${fate}`} title={[...new Set(nodes)].join(', ')}>
            <b aria-hidden="true">{looks[fate][0]}</b> {looks[fate][1]}
            {fates.length > 1 && <small> on {[...new Set(nodes)].join(', ')}</small>}
            {nodes.length > 1 && fates.length === 1 && <small> {placesText(path, nodes)}</small>}
          </span>
        ))}
      </span>
      {before !== '' && (
        <span class="pki-prints">
          <code>{before}</code>
          {after !== before && (
            <>
              {' → '}
              <code>{after}</code>
            </>
          )}
        </span>
      )}
    </div>
  )
}

/** Files are one for each machine, tokens are not. */
const placesText = (path: string, nodes: readonly string[]) =>
  path.startsWith('/') ? `on ${formatCounted(nodes.length, 'machine')}` : formatCounted(nodes.length, 'token')
