import { isDeepStrictEqual } from 'node:util'
import { parse, stringify } from 'yaml'
import { staticPodSpecFromJson } from './stored-pod.ts'
import type { StaticPodSpec, Json } from '../model.ts'
import { isObject, objectAt, objectIn } from '../engine/json.ts'

/**
 * kubeadm's manifest of a static pod, with what the lost one had besides: flags, environment, mounts, volumes,
 * resources and the image that were changed by hand or by kubeadm's patches. Probes and priority stay as kubeadm makes them.
 * Returned as it is where nothing differs.
 */
export function preserveCustomizations(manifest: string, ran: StaticPodSpec): string {
  const pod: unknown = parse(manifest)
  const made = isObject(pod) ? staticPodSpecFromJson(pod) : undefined
  if (!isObject(pod) || !made) throw new TypeError('this is no manifest of kubeadm: it has no container')
  if (isDeepStrictEqual(comparable(made), comparable(ran))) return manifest
  const spec = objectAt(pod, 'spec')
  const [container = {}, ...others] = Array.isArray(spec['containers']) ? spec['containers'].filter(isObject) : []
  const kept = Object.fromEntries(Object.entries(container).filter(([key]) => key !== 'args'))
  const changed = {
    ...kept,
    image: ran.image,
    command: ran.command,
    ...(ran.env.length > 0 ? { env: ran.env } : {}),
    // As kubeadm writes them: what is no different from the default is not there.
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
  return parseFields(text) !== undefined
}

function parseFields(manifest: string): StaticPodSpec | undefined {
  const pod = objectIn(manifest)
  const facts = pod && staticPodSpecFromJson(pod)
  // kubelet refuses a container without an image, as a manifest that was cut off may have.
  return facts?.image === '' ? undefined : facts
}

/** Order of flags and volumes says nothing. */
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
