import type { Verdict } from '../../../harness/model/run-record.ts'

const outlines: Readonly<Record<Verdict, string>> = {
  pass: 'M12 1.5a10.5 10.5 0 1 0 0 21a10.5 10.5 0 0 0 0-21z',
  fail: 'M7.8 1.8h8.4l6 6v8.4l-6 6H7.8l-6-6V7.800z',
  unknown: 'M12 .9 23.100 12 12 23.100.9 12z',
}
const glyphs: Readonly<Record<Verdict, string>> = {
  pass: 'M6.900 12.400l3.500 3.500 6.900-7.300',
  fail: 'M8 8l8 8M16 8l-8 8',
  unknown: 'M9.500 9.600a2.600 2.600 0 1 1 3.800 2.300c-.9.500-1.300 1-1.300 1.900M12 16.600v.100',
}

/** The sign of a verdict; outline and glyph differ, so that colour is not needed. Show the word beside it. */
export function VerdictSign({ verdict }: { readonly verdict: Verdict }) {
  return (
    <svg class={`sign sign-${verdict}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path class="sign-outline" d={outlines[verdict]} />
      <path class="sign-glyph" d={glyphs[verdict]} />
    </svg>
  )
}
