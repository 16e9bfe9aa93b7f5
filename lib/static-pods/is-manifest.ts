import { objectAt, objectIn, objectsAt, stringAt } from '../engine/json.ts'

/** Whether a text is a manifest that kubelet can run: it rejects a container without an image, as in a truncated manifest. */
export function isManifest(text: string): boolean {
  const containers = objectsAt(objectAt(objectIn(text) ?? {}, 'spec'), 'containers')
  return containers.length > 0 && containers.every((container) => stringAt(container, 'image') !== undefined)
}
