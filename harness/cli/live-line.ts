import { styleText } from 'node:util'
import { clock } from '../model/format.ts'

type Stream = Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>

export interface LiveLineOptions {
  /** Default: standard error, so that standard output holds results only. */
  readonly stream?: Stream | undefined
  /** Milliseconds since the start, for the clock in front of every line. */
  readonly elapsedMs: () => number
  /** Without a terminal, what happens is printed after this long a silence; never where it is not given. */
  readonly quietMs?: number
}

/** Lines that stay, and on a terminal a last line that is rewritten every second. */
export interface LiveLine {
  /** Prints a line that stays. */
  print(line: string): void
  /** What the last line says from now on; asked every second. `undefined` takes it away. */
  show(text: (() => string) | undefined): void
  close(): void
}

const erase = '\r\u001b[K'

/** Opens the live output of a command; `close` takes the last line away and stops the clock. */
export function openLiveLine({ stream = process.stderr, elapsedMs, quietMs }: LiveLineOptions): LiveLine {
  let text: (() => string) | undefined
  let printedMs = elapsedMs()
  const line = () => `${clock(elapsedMs())}  … ${text?.() ?? ''}`
  const print = (rest: string) => {
    printedMs = elapsedMs()
    if (stream.isTTY && text) stream.write(erase)
    stream.write(`${styleText('dim', clock(printedMs))}  ${rest}\n`)
  }
  const refresh = () => {
    if (!text) return
    if (stream.isTTY) stream.write(`${erase}${styleText('dim', line().slice(0, (stream.columns || 80) - 1))}`)
    else if (quietMs !== undefined && elapsedMs() - printedMs >= quietMs) print(`… ${text()}`)
  }
  const timer = setInterval(refresh, 1000)
  timer.unref()
  const show = (next: (() => string) | undefined) => {
    if (stream.isTTY && text && !next) stream.write(erase)
    text = next
    refresh()
  }
  return {
    print(rest) {
      print(rest)
      if (stream.isTTY) refresh()
    },
    show,
    close() {
      clearInterval(timer)
      show(undefined)
    },
  }
}
