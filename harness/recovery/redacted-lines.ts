import { redact } from '../store/redact.ts'

const begin = /-----BEGIN [A-Z ]*PRIVATE KEY-----/
const end = /-----END [A-Z ]*PRIVATE KEY-----/

/**
 * Redacts output that comes line by line, in which a private key is many lines: all of them are withheld. Answers undefined
 * for a line that is to be left out.
 */
export function redactedLines(): (line: string) => string | undefined {
  let inKey = false
  return (line) => {
    if (inKey) {
      inKey = !end.test(line)
      return undefined
    }
    inKey = begin.test(line) && !end.test(line)
    return redact(line)
  }
}
