import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { complaintScript, complaintsIn } from './complaints.ts'

/** What a machine prints whose pods have these logs, by `pod/container/file`. */
function printed(logs: Readonly<Record<string, string>>, ofTokens = true): string {
  const root = mkdtempSync(join(tmpdir(), 'drill-pod-logs-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  for (const [name, text] of Object.entries(logs)) {
    const [pod = '', container = '', file = ''] = name.split('/')
    mkdirSync(join(root, pod, container), { recursive: true })
    writeFileSync(join(root, pod, container, file), text)
  }
  const script = `set -euo pipefail\npod_logs=${root}\n${complaintScript(ofTokens).text}\ncomplaints`
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' })
}

const line = (text: string, second = 1) => `2026-11-24T21:44:0${second}.5Z stderr F ${text}\n`
const go =
  'failed to list *v1.Service: tls: failed to verify certificate: x509: certificate signed by unknown authority'

it('finds pods whose log ends with the words of a rejected client', () => {
  const output = printed({
    'mine_go_uid-1/main/0.log': line('started') + line(go, 2),
    'mine_two-containers_uid-2/a/0.log': line('api unauthorized 401', 3),
    'mine_two-containers_uid-2/b/0.log': line('fine', 4),
    'mine_went-on_uid-3/main/0.log': line(go) + line('api ok 200', 2),
    'mine_restarted_uid-4/main/9.log': line(go),
    'mine_restarted_uid-4/main/10.log': line('started', 2),
    'mine_silent_uid-5/main/0.log': '',
    'mine_gone_uid-6/main/notes': 'no log',
  })
  expect([...complaintsIn(output)]).toEqual([
    ['uid-1', Date.parse('2026-11-24T21:44:02.5Z')],
    ['uid-2', Date.parse('2026-11-24T21:44:03.5Z')],
  ])
  // No word of a log leaves the machine.
  expect(output).not.toContain('certificate')
})

it('takes words of tokens for nothing where they may be a web server’s', () => {
  const logs = {
    'mine_go_uid-1/main/0.log': line(go),
    'mine_web_uid-2/main/0.log': line('10.0.0.7 - - "GET /login HTTP/1.1" 401 12'),
  }
  expect([...complaintsIn(printed(logs)).keys()]).toEqual(['uid-1', 'uid-2'])
  expect([...complaintsIn(printed(logs, false)).keys()]).toEqual(['uid-1'])
})

it('finds nothing where no pod ever logged', () => {
  expect(complaintsIn(printed({})).size).toBe(0)
})
