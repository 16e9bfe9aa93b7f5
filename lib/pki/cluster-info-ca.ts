import { stringify } from 'yaml'
import { signaturePrefix } from '../api/cluster-info.ts'
import { objectAt, objectIn, objectsAt, stringAt } from '../engine/json.ts'
import type { Json } from '../model.ts'
import { shareCertificate } from './pem.ts'

/**
 * cluster-info with this CA (PEM), and without the signatures, which are of the old text: the controller manager signs it again.
 * Undefined where it holds the CA already, perhaps beside others, or is no kubeconfig.
 */
export function withCa(configMap: Json, ca: string): Json | undefined {
  const data = objectAt(configMap, 'data')
  const kubeconfig = objectIn(stringAt(data, 'kubeconfig') ?? '')
  const clusters = objectsAt(kubeconfig ?? {}, 'clusters')
  const caOf = (entry: Json) => stringAt(objectAt(entry, 'cluster'), 'certificate-authority-data') ?? ''
  const holds = (entry: Json) => shareCertificate(Buffer.from(caOf(entry), 'base64').toString(), ca)
  if (!kubeconfig || clusters.length === 0 || clusters.every(holds)) return undefined
  const given = { 'certificate-authority-data': Buffer.from(ca).toString('base64') }
  const renewed = {
    ...kubeconfig,
    clusters: clusters.map((entry) => ({ ...entry, cluster: { ...objectAt(entry, 'cluster'), ...given } })),
  }
  const unsigned = Object.entries(data).filter(([key]) => !key.startsWith(signaturePrefix))
  return {
    // Without its kind the API refuses an object that came from a list.
    apiVersion: 'v1',
    kind: 'ConfigMap',
    ...configMap,
    data: { ...Object.fromEntries(unsigned), kubeconfig: stringify(renewed, { lineWidth: 0 }) },
  }
}
