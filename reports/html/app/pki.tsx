import type { ComponentChildren } from 'preact'
import { formatCounted } from '../../model/figures.ts'
import type { Signature } from '../../model/certificate-facts.ts'
import { type Fate, type PkiEntry, pkiOf, type PkiTree } from '../../model/pki.ts'
import { Section } from './layout/section.tsx'

/** Who signs what, and what became of it; nothing where it was not looked at twice. */
export function Pki({ evidence }: { readonly evidence: Readonly<Record<string, unknown>> }) {
  const { trees, recorded } = pkiOf(evidence)
  if (trees.length === 0) return null
  const below = recorded
    ? 'Below each CA is what its key has signed, verified by the signature.'
    : 'Below each CA is what it signs in kubeadm’s layout; who has signed what was not recorded in this run.'
  return (
    <Section
      id="pki"
      title="Certificates and keys"
      lead={`Before the fault and after the repair, compared by checksum. ${below}`}
    >
      <div class="pki">
        {trees.map((tree) => (
          <Tree key={tree.authority?.path ?? ''} tree={tree} />
        ))}
      </div>
    </Section>
  )
}

function Tree({ tree: { authority, keys, signs } }: { readonly tree: PkiTree }) {
  return (
    <div class="pki-tree" data-pki={authority?.path ?? 'none'}>
      {authority ? (
        <Entry entry={authority}>
          {keys.after.length > 0 && <Change name="key" before={keys.before.join(', ')} after={keys.after.join(', ')} />}
        </Entry>
      ) : (
        <p class="pki-none">Signed by no CA of the cluster</p>
      )}
      <ul class="pki-signs">
        {signs.map((entry) => (
          <li key={entry.path}>
            <Entry entry={entry}>
              {entry.signatures.map((signature, index) => (
                <Signed key={index} signature={signature} alone={entry.signatures.length === 1} />
              ))}
            </Entry>
          </li>
        ))}
      </ul>
    </div>
  )
}

function Signed({
  signature: { before, after, stale, nodes },
  alone,
}: {
  readonly signature: Signature
  readonly alone: boolean
}) {
  return (
    <Change name="signed by" before={before || 'nobody known'} after={after || 'nobody known'}>
      {stale && <b class="pki-stale"> ✗ still signed by the replaced CA</b>}
      {!alone && <small> on {nodes.join(', ')}</small>}
    </Change>
  )
}

interface ChangeProperties {
  readonly name: string
  readonly before: string
  readonly after: string
  readonly children?: ComponentChildren
}

/** `key 39d1748e → 8ab3dd01`, or once where both are the same. */
function Change({ name, before, after, children }: ChangeProperties) {
  return (
    <span class="pki-prints">
      {name} <code>{before}</code>
      {after !== before && (
        <>
          {' → '}
          <code>{after}</code>
        </>
      )}
      {children}
    </span>
  )
}

const looks: Readonly<Record<Fate, readonly [glyph: string, word: string]>> = {
  kept: ['=', 'kept'],
  replaced: ['⇄', 'replaced'],
  extended: ['↗', 'extended, same key'],
  new: ['+', 'new'],
  gone: ['✕', 'gone'],
}

interface EntryProperties {
  readonly entry: PkiEntry
  readonly children?: ComponentChildren
}

function Entry({ entry, children }: EntryProperties) {
  const { title, path, fates, before, after, subjects, validTo } = entry
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
      {subjects.length > 0 && (
        <span class="pki-prints">
          {subjects.join('; ')}
          {validTo !== '' && `, until ${validTo}`}
        </span>
      )}
      {before !== '' && <Change name={path.endsWith('.pub') ? 'key' : 'certificate'} before={before} after={after} />}
      {children}
    </div>
  )
}

/** Files are one for each machine, tokens are not. */
const placesText = (path: string, nodes: readonly string[]) =>
  path.startsWith('/') ? `on ${formatCounted(nodes.length, 'machine')}` : formatCounted(nodes.length, 'token')
