import type { Node } from '../node.ts'

/** A machine whose commands run in another way; its files are read and written as ever. */
export const withExec = (node: Node, exec: Node['exec']): Node => ({
  // A caller may know more of its machines than the port says.
  ...node,
  name: node.name,
  role: node.role,
  exec,
  readFile: (path) => node.readFile(path),
  writeFile: (path, data, mode) => node.writeFile(path, data, mode),
})
