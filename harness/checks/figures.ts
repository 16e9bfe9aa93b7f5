/** Milliseconds as seconds: `8.4 s` below ten, `31 s` from there. */
export const seconds = (ms: number): string => `${ms < 9950 ? (ms / 1000).toFixed(1) : Math.round(ms / 1000)} s`

/** A count with blanks between thousands: `24 000`. */
export const count = (n: number): string => String(n).replaceAll(/\B(?=(\d{3})+$)/g, ' ')

/** `1 pod`, `2 pods` */
export const counted = (n: number, noun: string): string => `${count(n)} ${noun}${n === 1 ? '' : 's'}`

export const percent = (share: number): string => `${(Math.floor(share * 100_000) / 1000).toString()} %`
