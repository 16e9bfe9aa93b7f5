import { type Details, type PageSeries, type SeriesHead, unpackSeries } from '../payload.ts'
import { readVisible } from './read-visible.ts'
import { unzip } from './unzip.ts'

/** What the page has unpacked beside the record. */
export interface PageData {
  readonly series: readonly PageSeries[]
  readonly details: Details
  /** The JSON text of `details`, for the downloads. */
  readonly detailsJson: string
}

export const noData: PageData = { series: [], details: { events: [], evidence: {} }, detailsJson: '' }

/** Unpacks samples, journal and evidence. Rejects when they were damaged. */
export async function readPageData(heads: readonly SeriesHead[], samples: string, details: string): Promise<PageData> {
  const [bytes, text] = await Promise.all([unzip(samples), unzip(details)])
  const detailsJson = new TextDecoder().decode(text)
  return { series: unpackSeries(heads, bytes), details: readVisible(detailsJson) as Details, detailsJson }
}
