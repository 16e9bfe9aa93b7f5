import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'

const mount = '/var/run/secrets/kubernetes.io/serviceaccount'
const timeoutMs = 900

export interface Credentials {
  readonly token: string
  readonly ca: string
}

/** The credentials in this pod's volume, as they are now. Throws what readFileSync throws. */
export const readCredentials = (): Credentials => ({
  token: readFileSync(`${mount}/token`, 'utf8').trim(),
  ca: readFileSync(`${mount}/ca.crt`, 'utf8'),
})

/**
 * One GET from inside a pod, on a connection of its own: a kept one would go on with what it was opened with. Rejects with the
 * connection's error, ETIMEDOUT after 900 ms.
 */
export function podApiGet(
  path: string,
  { token, ca }: Credentials,
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const agent = new Agent({ ca, keepAlive: false, maxCachedSessions: 0 })
    const calling = request({
      host: process.env['KUBERNETES_SERVICE_HOST'],
      port: process.env['KUBERNETES_SERVICE_PORT'],
      path,
      agent,
      headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
    })
    const timer = setTimeout(
      () => calling.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })),
      timeoutMs,
    )
    const end = (): void => {
      clearTimeout(timer)
      agent.destroy()
    }
    const fail = (error: Error): void => {
      end()
      reject(error)
    }
    calling.on('error', fail)
    calling.on('response', (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => (body += part))
      response.on('error', fail)
      response.on('end', () => {
        end()
        resolve({ status: response.statusCode ?? 0, body })
      })
    })
    calling.end()
  })
}
