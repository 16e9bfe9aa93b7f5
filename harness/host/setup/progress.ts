/** What a long command says while it works. */
export interface Progress {
  /** A new part begins. */
  begin(title: string): void
  /** A line worth keeping. */
  note(line: string): void
  /** What happens right now. */
  detail(line: string): void
  /** The part is done, or broke off. */
  end(result: string): void
}
