import { render } from 'preact'
import type { Payload } from '../payload.ts'
import { App } from './app.tsx'
import { noData, type PageData, readPageData } from './page-data.ts'
import { readVisible } from './read-visible.ts'
import './style/base.css'
import './style/sections.css'
import './style/checks.css'
import './style/tables.css'
import './style/timeline.css'
import './style/bars.css'
import './style/marks.css'
import './style/moment.css'
import './style/pki.css'
import './style/media.css'

const json = takeText('run')
const payload = readVisible(json) as Payload
const root = document.getElementById('app')
const draw = (data: PageData, state: 'reading' | 'read' | 'damaged') => {
  if (root) render(<App payload={payload} json={json} data={data} state={state} />, root)
}

draw(noData, 'reading')
try {
  draw(await readPageData(payload.series, takeText('samples'), takeText('details')), 'read')
} catch {
  draw(noData, 'damaged')
}
document.documentElement.dataset['ready'] = 'true'

/** Takes the text of a data element and removes the element, which may hold megabytes. */
function takeText(id: string): string {
  const element = document.getElementById(id)
  const text = element?.textContent ?? ''
  element?.remove()
  return text
}
