import { render } from 'preact'
import type { PageSeries } from '../payload.ts'
import { App } from './app.tsx'
import { decodeSamples } from './decode-samples.ts'
import { readPayload } from './read-payload.ts'
import './style/base.css'
import './style/sections.css'
import './style/checks.css'
import './style/tables.css'
import './style/timeline.css'
import './style/bars.css'
import './style/marks.css'
import './style/media.css'

const json = takeText('run')
const payload = readPayload(json)
const root = document.getElementById('app')
const draw = (samples: readonly PageSeries[] | 'reading' | 'damaged') => {
  if (root) render(<App payload={payload} json={json} samples={samples} />, root)
}

draw('reading')
try {
  draw(await decodeSamples(payload.series, takeText('samples')))
} catch {
  draw('damaged')
}
document.documentElement.dataset['ready'] = 'true'

/** Takes the text of a data element and removes the element, which may hold megabytes. */
function takeText(id: string): string {
  const element = document.getElementById(id)
  const text = element?.textContent ?? ''
  element?.remove()
  return text
}
