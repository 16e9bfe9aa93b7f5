/** What a long command says while it works: to standard error, so that standard output holds results only. */
export interface Progress {
  /** A new part begins. */
  begin(title: string): void
  /** A line worth keeping. */
  note(line: string): void
  /** What happens right now: shown live on a terminal, and now and then where there is none. */
  detail(line: string): void
  /** The part is done, or broke off. */
  end(result: string): void
}

export interface ProgressOptions {
  readonly stream?: Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>
  readonly nowMs?: () => number
  /** Without a terminal a sign of life comes this often. */
  readonly quietMs?: number
}

/** Lines with the time since the start in front. A terminal also gets a last line that ticks; `end` stops the ticking. */
export function openProgress(options: ProgressOptions = {}): Progress {
  const { stream = process.stderr, nowMs = () => performance.now(), quietMs = 30_000 } = options
  const live = stream.isTTY
  const startedMs = nowMs()
  let timer: NodeJS.Timeout | undefined
  const part = { title: '', beganMs: 0, saidMs: 0, detail: '' }
  const clear = () => live && stream.write('\r\u001b[K')
  const print = (line: string) => {
    clear()
    part.saidMs = nowMs()
    stream.write(`${clock(nowMs() - startedMs)}  ${line}\n`)
  }
  const tick = () => {
    const line = `${clock(nowMs() - startedMs)}  … ${part.title}, ${seconds(nowMs() - part.beganMs)}${part.detail && `: ${part.detail}`}`
    if (live) stream.write(`\r\u001b[K${line.slice(0, (stream.columns || 80) - 1)}`)
    else if (nowMs() - part.saidMs >= quietMs) print(line.slice(clock(0).length + 2))
  }
  return {
    begin(title) {
      Object.assign(part, { title, beganMs: nowMs(), detail: '' })
      print(title)
      timer = setInterval(tick, 1_000)
      timer.unref()
    },
    note(line) {
      print(`  ${line}`)
    },
    detail(line) {
      part.detail = line.trim() || part.detail
      tick()
    },
    end(result) {
      clearInterval(timer)
      print(`  ${result} (${seconds(nowMs() - part.beganMs)})`)
    },
  }
}

const clock = (ms: number) =>
  `${String(Math.floor(ms / 60_000)).padStart(2)}:${String(Math.floor(ms / 1_000) % 60).padStart(2, '0')}`
const seconds = (ms: number) => `${ms < 9_950 ? (ms / 1_000).toFixed(1) : Math.round(ms / 1_000)} s`
