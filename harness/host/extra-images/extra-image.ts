import type { BuildContext } from '../node-image/stage.ts'

/** Images that only some workloads need. `drill setup` builds them when it is asked to by their name. */
export interface ExtraImages {
  /** What setup says that it builds. */
  readonly title: string
  /** Which workload needs them. */
  readonly why: string
  readonly needsGo: boolean
  /** Their references, under tags that change with what goes into them. Builds nothing. */
  refs(): Promise<readonly string[]>
  /** Builds what the engine lacks. Rejects with an Error that holds the failing command and its last lines. */
  ensure(context: BuildContext): Promise<void>
}
