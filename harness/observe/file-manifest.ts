import type { DrillContext } from '../model/context.ts'

/** Path, modification time and SHA-256 of every file that a repair may touch, machine by machine. */
export async function fileManifests({ cluster, signal }: DrillContext): Promise<Record<string, string>> {
  const script = `for dir in /etc/kubernetes /var/lib/drill-recovery /var/lib/kubelet/pki; do
  [ -e "$dir" ] || { echo "$dir is not there"; continue; }
  find "$dir" -printf '%p %T@ %l\\n'
  find "$dir" -type f -exec sha256sum {} +
done | sort`
  const listed = cluster.machines.map(async (machine) => {
    return [machine.name, (await machine.exec(['bash', '-c', script], { signal })).stdout] as const
  })
  return Object.fromEntries(await Promise.all(listed))
}
