/** The value of `--name=value` in a command; undefined where the flag is not set. The last one counts. */
export function flagOf(command: readonly string[] | undefined, name: string): string | undefined {
  return command?.findLast((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3)
}
