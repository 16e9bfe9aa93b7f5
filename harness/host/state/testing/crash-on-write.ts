import fs, { type PathLike } from 'node:fs'
import { open } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'

/**
 * For `node --import`: kills this process (SIGKILL) the moment it has written half of a file, or where CRASH_ON says
 * `rename`, right before it renames one.
 */
const die = () => process.kill(process.pid, 'SIGKILL')
const promises = fs.promises as unknown as Record<string, unknown>

if (process.env['CRASH_ON'] === 'rename') promises['rename'] = die
else {
  const half = (data: unknown) => String(data).slice(0, String(data).length / 2)
  promises['writeFile'] = (path: PathLike, data: unknown) => {
    fs.writeFileSync(path, half(data))
    die()
  }
  const handle = await open('/dev/null')
  const ofHandles = Object.getPrototypeOf(handle) as Record<string, unknown>
  ofHandles['writeFile'] = function (this: { readonly fd: number }, data: unknown) {
    fs.writeFileSync(this.fd, half(data))
    die()
  }
  await handle.close()
}
syncBuiltinESMExports()
