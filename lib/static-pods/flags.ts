/** The value of `--name=value` among words; undefined where the flag is not set. The last one counts. */
export function flagOf(words: readonly string[] | undefined, name: string): string | undefined {
  return words?.findLast((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3)
}
