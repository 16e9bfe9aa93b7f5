import type { CommandResult, Node } from '../node.ts'
import { withExec } from './with-exec.ts'

/**
 * A machine that runs each command once and gives the same answer again: while nothing is changed, steps ask the same of it. Of one
 * that is lost among three, 28 of 120 commands read service-account keys. What failed is asked again.
 * @param isOver whether things are changed now, so that every command is run
 */
export function askOnce(node: Node, isOver: () => boolean = () => false): Node {
  const answers = new Map<string, Promise<CommandResult>>()
  return withExec(node, (argv, options) => {
    if (isOver()) return node.exec(argv, options)
    const key = JSON.stringify([argv, String(options?.input ?? '')])
    const known = answers.get(key)
    if (known) return known
    const asked = node.exec(argv, options)
    answers.set(key, asked)
    asked.catch(() => answers.delete(key))
    return asked
  })
}
