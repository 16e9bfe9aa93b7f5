/** A reader that exits (`drill run … | head`) must not end a program that still has a cluster to delete. */
export function ignoreEpipe(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreLostReader)
}

function ignoreLostReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}
