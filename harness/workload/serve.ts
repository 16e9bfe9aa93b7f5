import type { Server } from 'node:http'
import type { Server as SecureServer } from 'node:https'

/** Listens on every address and ends the process at SIGTERM: the first process of a container must handle it itself. */
export function serve(server: Server | SecureServer, port: number): void {
  const end = (): void => {
    server.close(() => process.exit(0))
    server.closeIdleConnections()
    setTimeout(() => process.exit(0), 2000).unref()
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
  server.listen(port, () => console.log(`listening on ${port}`))
}
