import type { Verdict } from '../../harness/model/run-record.ts'
import { verdictLook } from '../model/verdict-look.ts'
import { html, type Markup } from './markup.ts'

/** Outline and glyph of each sign; both differ, so that colour is not needed. */
const signs: Readonly<Record<Verdict, string>> = {
  pass: 'M12 2a10 10 0 1 0 0 20a10 10 0 0 0 0-20zM7 12.400l3.500 3.500 6.800-7.300',
  fail: 'M7.8 2h8.400l5.800 5.800v8.400l-5.800 5.800H7.800L2 16.200V7.800zM8.200 8.200l7.600 7.600M15.800 8.200l-7.600 7.600',
  unknown:
    'M12 1.500 22.500 12 12 22.500 1.500 12zM9.800 10a2.300 2.300 0 1 1 3.400 2.100c-.8.500-1.200.900-1.200 1.700M12 16.400v.200',
}

/** The sign of a verdict, for beside its word. */
export const verdictSign = (verdict: Verdict): Markup =>
  html`<svg class="sign" viewBox="0 0 24 24" aria-hidden="true"><path d="${signs[verdict]}" /></svg>`

/** Sign and word of a verdict. */
export function verdictText(verdict: Verdict, word: string = verdictLook(verdict).word): Markup {
  return html`<span class="verdict is-${verdict}">${verdictSign(verdict)}${word}</span>`
}
