import { closeSync, openSync, write } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Meta, type Row, rowBytes, writeRow } from './sample-format.ts'

const writeBytes = promisify(write)

/** Rows that fit between two flushes: over a minute at 50 Hz. More are dropped, which makes them unmeasured. */
const capacity = 4096

/** Index 0 is `none`. */
const mostBackends = 255

export interface SampleWriter {
  add(row: Row): void
  /** The index of a backend; it gets one when it is first seen. */
  backend(name: string): number
  /** Writes what was added, off the loop. Two never run at once. */
  flush(): Promise<void>
  /** The last flush, with the end of the series. */
  close(endMs: number): Promise<void>
}

/** Writes the files of one path, see sample-format.ts. Memory is taken once, at the start. */
export function sampleWriter(outDir: string, meta: Omit<Meta, 'endMs' | 'backends'>): SampleWriter {
  const file = openSync(join(outDir, `${meta.id}.samples`), 'a')
  const backends: string[] = ['']
  const indexes = new Map<string, number>()
  let [filling, writing] = [Buffer.alloc(capacity * rowBytes), Buffer.alloc(capacity * rowBytes)]
  let used = 0
  let metaWritten = 0
  let flushing: Promise<void> | undefined

  const writeMeta = async (endMs: number | null): Promise<void> => {
    metaWritten = backends.length
    const path = join(outDir, `${meta.id}.json`)
    await writeFile(`${path}.tmp`, `${JSON.stringify({ ...meta, endMs, backends } satisfies Meta)}\n`)
    await rename(`${path}.tmp`, path)
  }
  const flushNow = async (): Promise<void> => {
    const bytes = used
    ;[filling, writing] = [writing, filling]
    used = 0
    if (metaWritten !== backends.length) await writeMeta(null)
    for (let at = 0; at < bytes;) at += (await writeBytes(file, writing, at, bytes - at, null)).bytesWritten
  }
  return {
    add(row) {
      if (used + rowBytes > filling.length) return
      writeRow(filling, used, row)
      used += rowBytes
    },
    backend(name) {
      const known = indexes.get(name)
      if (known !== undefined) return known
      if (backends.length > mostBackends) return 0
      indexes.set(name, backends.length)
      return backends.push(name) - 1
    },
    flush() {
      flushing ??= flushNow().finally(() => (flushing = undefined))
      return flushing
    },
    async close(endMs) {
      await flushing
      await flushNow()
      await writeMeta(endMs)
      closeSync(file)
    },
  }
}
