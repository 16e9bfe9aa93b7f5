import { InterruptedError } from '../../model/errors.ts'

export interface InterruptOptions {
  /** What to type to go on, for the error's hint. */
  readonly fix?: string
  /** Called on every signal after the first. Default: a line on standard error. */
  readonly onRepeat?: () => void
}

/** Disposing removes the listeners. */
export interface Interrupt extends Disposable {
  /** Aborted by the first signal, with an InterruptedError that names it. */
  readonly signal: AbortSignal
}

export const interruptSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Ctrl-C, `kill` and a closed terminal, for every command alike: the first aborts what is under way, so that it cleans
 * up; a later one changes nothing, because the cleanup must not be broken off. The process itself is never ended here.
 */
export function onInterrupt(options: InterruptOptions = {}): Interrupt {
  const { fix, onRepeat = () => console.error('already cleaning up, please wait') } = options
  const controller = new AbortController()
  const listener = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) onRepeat()
    else controller.abort(new InterruptedError(`interrupted by ${name}`, fix))
  }
  for (const name of interruptSignals) process.on(name, listener)
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const name of interruptSignals) process.off(name, listener)
    },
  }
}
