import type { RunRecord } from '../../../harness/model/run-record.ts'
import { Section } from './layout/section.tsx'

type File = RunRecord['inputs'][number]

/** The input files of the repair, and the files that it backed up. */
export function Files({ record: { inputs, backups } }: { readonly record: RunRecord }) {
  if (inputs.length + backups.length === 0) return null
  return (
    <Section
      id="files"
      title="Files"
      lead="Input files of the repair, and files that it backed up before it replaced them, as the repair reported them."
    >
      <div class="columns">
        <FileList title="Input" files={inputs} />
        <FileList title="Backed up" files={backups} />
      </div>
    </Section>
  )
}

function FileList({ title, files }: { readonly title: string; readonly files: readonly File[] }) {
  const nodes = [...new Set(files.map(({ node }) => node))]
  return (
    <div>
      <h3>{title}</h3>
      {files.length === 0 && <p class="muted">none</p>}
      <dl class="files">
        {nodes.map((node) => (
          <div key={node}>
            <dt>{node}</dt>
            {files
              .filter((file) => file.node === node)
              .map(({ path }, index) => (
                <dd key={index}>
                  <code>{path}</code>
                </dd>
              ))}
          </div>
        ))}
      </dl>
    </div>
  )
}
