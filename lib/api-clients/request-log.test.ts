import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { requestLogScript, requestsIn } from './request-log.ts'

const log = `2026-11-24T21:44:39.858179863Z I1124 21:44:39.858179       1 secure_serving.go:303] http: TLS handshake error from 10.244.0.2:59322: remote error: tls: bad certificate
2026-11-24T21:44:39.874706885Z I1124 21:44:39.874706       1 secure_serving.go:303] http: TLS handshake error from 172.18.0.13:57478: EOF
2026-11-24T21:44:39.878979863Z I1124 21:44:39.858179       1 secure_serving.go:303] http: TLS handshake error from [fd00::2]:59322: remote error: tls: unknown certificate authority
2026-11-24T21:44:39.880479863Z I1124 21:44:39.858179       1 secure_serving.go:303] http: TLS handshake error from 10.244.0.3:59240: local error: tls: bad record MAC
2026-11-24T21:44:39.886995188Z I1124 21:44:39.886112       1 secure_serving.go:303] http: TLS handshake error from 10.244.0.2:59338: remote error: tls: protocol version not supported
2026-11-24T21:39:00.446742293Z I1124 21:39:00.375620       1 httplog.go:134] "HTTP" verb="GET" URI="/api/v1/namespaces/drill-workload/configmaps/api-client" latency="101.239762ms" userAgent="" audit-ID="87e4" srcIP="172.18.0.13:45984" apf_pl="workload-low" apf_execution_time="97.903734ms" resp=200
2026-11-24T21:39:01.446742293Z I1124 21:39:01.375620       1 httplog.go:134] "HTTP" verb="GET" URI="/api/v1/nodes" latency="1ms" userAgent="kube-proxy/v1.36.4 (linux/amd64)" audit-ID="87e5" srcIP="172.18.0.13:45985" resp=401
2026-11-24T21:39:02.446742293Z I1124 21:39:02.375620       1 httplog.go:134] "HTTP" verb="GET" URI="/api/v1/nodes" latency="1ms" userAgent="kubelet/v1.36.4 (linux/amd64)" audit-ID="87e6" srcIP="172.18.0.13:45986" resp=401
2026-11-24T21:39:03.446742293Z E1124 21:39:03.375620       1 authentication.go:75] "Unable to authenticate the request" err="invalid bearer token"
`

/** The script on a machine whose runtime knows one API server with this log. */
function printed(log: string, refusesHealthChecks = false): string {
  const crictl = 'crictl() { if [ "$1" = ps ]; then echo id; else cat "$LOG" >&2; fi; }'
  const script = `${crictl}\n${requestLogScript(refusesHealthChecks).text}\nrequest_log`
  return execFileSync('bash', ['-c', `LOG=/dev/fd/3; exec 3<<< "$TEXT"; ${script}`], {
    env: { ...process.env, TEXT: log },
  }).toString()
}

it('reads rejected and served clients from the log, without the control plane', () => {
  const seen = requestsIn(printed(log)).toSorted((one, other) => one.atMs - other.atMs)
  expect(seen.map(({ address, port, outcome, words }) => [address, port, outcome, words])).toEqual([
    ['172.18.0.13', 45984, 'served', ''],
    ['172.18.0.13', 45985, 'unauthorized', 'kube-proxy/v1.36.4 (linux/amd64)'],
    ['10.244.0.2', 59322, 'tls', 'bad certificate'],
    ['172.18.0.13', 57478, 'dropped', 'EOF'],
    ['fd00::2', 59322, 'tls', 'unknown certificate authority'],
    ['10.244.0.3', 59240, 'tls', 'bad record MAC'],
  ])
  expect(seen[0]?.atMs).toBe(Date.parse('2026-11-24T21:39:00.446Z'))
})

it('reads the same of a log in JSON', () => {
  const json = String.raw`2026-11-24T21:44:39.858Z {"ts":1795556679858.1,"caller":"server/secure_serving.go:303","msg":"http: TLS handshake error from 10.244.0.2:59322: remote error: tls: bad certificate\n","v":5}
2026-11-24T21:44:39.874Z {"ts":1795556679874.7,"caller":"server/secure_serving.go:303","msg":"http: TLS handshake error from 172.18.0.13:57478: EOF\n","v":5}
2026-11-24T21:44:40.874Z {"ts":1795556680874.7,"caller":"server/secure_serving.go:303","msg":"http: TLS handshake error from 172.18.0.13:57479: read tcp 10.0.0.1:6443->172.18.0.13:57479: read: connection reset by peer","v":5}
2026-11-24T21:39:00.446Z {"ts":1795556340375.6,"caller":"httplog/httplog.go:134","msg":"HTTP","v":3,"verb":"GET","URI":"/api/v1/namespaces/a/configmaps/b","latency":"1.2ms","userAgent":"","audit-ID":"87e4","srcIP":"172.18.0.13:45984","apf_pl":"workload-low","resp":200}
2026-11-24T21:39:01.446Z {"ts":1795556341375.6,"caller":"httplog/httplog.go:134","msg":"HTTP","v":3,"verb":"GET","URI":"/api/v1/nodes","latency":"1ms","userAgent":"kube-proxy/v1.36.4 (linux/amd64)","audit-ID":"87e5","srcIP":"172.18.0.13:45985","resp":401}
2026-11-24T21:39:02.446Z {"ts":1795556342375.6,"caller":"httplog/httplog.go:134","msg":"HTTP","v":3,"verb":"GET","URI":"/api/v1/nodes","latency":"1ms","userAgent":"kubelet/v1.36.4 (linux/amd64)","audit-ID":"87e6","srcIP":"172.18.0.13:45986","resp":401}
2026-11-24T21:39:03.446Z {"ts":1795556343375.6,"caller":"filters/authentication.go:75","msg":"Unable to authenticate the request","err":"invalid bearer token"}
`
  const seen = requestsIn(printed(json)).toSorted((one, other) => one.atMs - other.atMs)
  expect(seen.map(({ port, outcome, words }) => [port, outcome, words])).toEqual([
    [45984, 'served', ''],
    [45985, 'unauthorized', 'kube-proxy/v1.36.4 (linux/amd64)'],
    [59322, 'tls', 'bad certificate'],
    [57478, 'dropped', 'EOF'],
    [57479, 'dropped', expect.stringContaining('reset by peer')],
  ])
})

// Of a balancer's health checks the repair said that they must be given new credentials.
it.each([
  [
    'text',
    (uri: string, port: number, resp: number) =>
      `2026-11-24T21:39:00.446Z I1124 21:39:00.375620       1 httplog.go:134] "HTTP" verb="GET" URI="${uri}" latency="1ms" userAgent="" audit-ID="8" srcIP="172.18.0.2:${port}" resp=${resp}\n`,
  ],
  [
    'JSON',
    (uri: string, port: number, resp: number) =>
      `2026-11-24T21:39:00.446Z {"ts":1.6,"msg":"HTTP","v":3,"verb":"GET","URI":"${uri}","latency":"1ms","userAgent":"","audit-ID":"8","srcIP":"172.18.0.2:${port}","resp":${resp}}\n`,
  ],
])('leaves out health checks where nobody is served without credentials, of a log in %s', (_, line) => {
  const lines = [
    line('/readyz', 1, 401),
    line('/livez?verbose', 2, 401),
    line('/readyz/etcd', 3, 401),
    line('/api/v1/nodes', 4, 401),
    line('/readyzz', 5, 401),
    line('/readyz', 6, 200),
  ].join('')
  const ports = (refuses: boolean) =>
    requestsIn(printed(lines, refuses))
      .map(({ port }) => port)
      .toSorted()
  expect(ports(true)).toEqual([4, 5, 6])
  expect(ports(false)).toEqual([1, 2, 3, 4, 5, 6])
})

it('makes nothing of other lines', () => {
  expect(requestsIn('\nrubbish\n2026 tls nowhere bad certificate\n')).toEqual([])
})
