import { isDeepStrictEqual } from 'node:util'
import { parse, stringify } from 'yaml'
import { staticPodSpecFromJson } from './stored-pod.ts'
import type { StaticPodSpec, Json } from '../model.ts'
import { isObject, objectAt, objectIn, objectsAt } from '../engine/json.ts'

/**
 * kubeadm's manifest of a static pod, with the customizations of the lost one: flags, environment, mounts, volumes,
 * resources and image that were changed by hand or by kubeadm's patches. Probes and priority stay as kubeadm makes them.
 * Unchanged where nothing differs. Throws TypeError for a manifest without a container.
 */
export function preserveCustomizations(manifest: string, ran: StaticPodSpec): string {
  const pod: unknown = parse(manifest)
  const made = isObject(pod) ? staticPodSpecFromJson(pod) : undefined
  if (!isObject(pod) || !made) throw new TypeError('not a manifest of kubeadm: it has no container')
  if (isDeepStrictEqual(comparable(made), comparable(ran))) return manifest
  const spec = objectAt(pod, 'spec')
  const [container = {}, ...others] = objectsAt(spec, 'containers')
  const kept = Object.fromEntries(Object.entries(container).filter(([key]) => key !== 'args'))
  const changed = {
    ...kept,
    image: ran.image,
    command: ran.command,
    ...(ran.env.length > 0 ? { env: ran.env } : {}),
    // As kubeadm writes them: defaults are omitted.
    volumeMounts: ran.mounts.map(({ readOnly, ...mount }) => ({ ...mount, ...(readOnly ? { readOnly } : {}) })),
    resources: withoutEmpty(ran.resources),
  }
  const volumes = ran.volumes.map(({ name, path, type }): Json => ({
    name,
    ...(path === '' ? { emptyDir: {} } : { hostPath: { path, ...(type === '' ? {} : { type }) } }),
  }))
  return stringify({ ...pod, spec: { ...spec, containers: [changed, ...others], volumes } })
}

const withoutEmpty = ({ limits, requests }: StaticPodSpec['resources']): Json => ({
  ...(Object.keys(limits).length > 0 ? { limits } : {}),
  ...(Object.keys(requests).length > 0 ? { requests } : {}),
})

/** Whether a text is a manifest that kubelet can run. */
export function isManifest(text: string): boolean {
  return specIn(text) !== undefined
}

function specIn(manifest: string): StaticPodSpec | undefined {
  const pod = objectIn(manifest)
  const spec = pod && staticPodSpecFromJson(pod)
  // kubelet rejects a container without an image, as in a truncated manifest.
  return spec?.image === '' ? undefined : spec
}

/** The order of flags and volumes does not matter. */
function comparable({ image, command, env, mounts, volumes, resources }: StaticPodSpec): unknown {
  const byName = <T extends { readonly name: string }>(list: readonly T[]) =>
    list.toSorted((one, other) => one.name.localeCompare(other.name))
  return {
    image,
    command: command.toSorted(),
    env: byName(env),
    mounts: mounts.toSorted((one, other) => one.mountPath.localeCompare(other.mountPath)),
    volumes: byName(volumes),
    resources,
  }
}
