/** What a machine is in its cluster. */
export type NodeRole = 'control-plane' | 'worker'

export interface ExecOptions {
  /** Written to the command's standard input, which is then closed. */
  readonly input?: string | Uint8Array
  /** The command is killed after this long; default 60 000. */
  readonly timeoutMs?: number
  /** The command's output may be recorded. That of any other is withheld from every record, because it may hold a secret. */
  readonly public?: boolean
  readonly signal?: AbortSignal
}

export interface CommandResult {
  readonly argv: readonly string[]
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  readonly durationMs: number
}

/** A machine of the cluster. Docker and ssh are adapters; the library knows nothing else about where it runs. */
export interface Node {
  /** The name of the machine's Node object. */
  readonly name: string
  readonly role: NodeRole
  /**
   * Runs argv as root, without a shell. Rejects with CommandError on a non-zero exit, a time-out or a lost
   * connection.
   */
  exec(argv: readonly string[], options?: ExecOptions): Promise<CommandResult>
  /** Rejects with CommandError when the file cannot be read. */
  readFile(path: string): Promise<Buffer>
  /**
   * Writes a temporary file beside `path` and renames it, so that a reader never sees half of it. Default mode 0600.
   */
  writeFile(path: string, data: string | Uint8Array, mode?: number): Promise<void>
}
