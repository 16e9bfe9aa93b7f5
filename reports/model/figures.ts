import { count, counted, duration, percent } from '../../harness/model/format.ts'

/** The text with its figures and their units held together, so that no line ends within `36 000` or `80 ms`. */
export function keepFigures(text: string): string {
  return text.replaceAll(/(?<=\d) (?=\d{3}\b|(?:ms|s|min|h|%)(?!\w))/g, '\u00A0')
}

const unbroken = (text: string) => text.replaceAll(' ', '\u00A0')

/** `67 227`; this and the next three never end a line halfway. */
export const formatCount = (n: number): string => unbroken(count(n))

/** `1 probe`, `2 probes` */
export const formatCounted = (n: number, noun: string): string => unbroken(counted(n, noun))

/** `104 ms`, `4.27 s`, `1 min 12 s` */
export const formatDuration = (ms: number): string => unbroken(duration(ms))

/** A share in percent, rounded down: `99.99 %`. */
export const formatShare = (share: number): string => unbroken(percent(share))
