import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { bash, markVariable, quote, runScript, scriptMark } from './bash.ts'
import { CommandError } from '../engine/errors.ts'
import type { Node } from '../node.ts'
import { fakeNode } from '../testing/fake-node.ts'
import { localNode } from '../testing/local-node.ts'

const nasty = ["it's", '$(touch /tmp/x) `id` "q" \\', 'a\nb\tc', '', '-rf', '*', '$HOME', 'ü €', "''", '!!']

describe('quote', () => {
  it('gives bash the very same words back', () => {
    const script = `printf '%s\\0' ${nasty.map(quote).join(' ')}`
    const words = execFileSync('bash', ['-c', script]).toString().split('\0').slice(0, -1)
    expect(words).toEqual(nasty)
  })

  it('leaves plain words readable', () => {
    expect(quote('/etc/kubernetes/pki/ca.crt')).toBe('/etc/kubernetes/pki/ca.crt')
    expect(quote('a=b:c,d@e%f+g-h_i')).toBe('a=b:c,d@e%f+g-h_i')
  })

  it('refuses what no argument can hold', () => expect(() => quote('a\0b')).toThrow(TypeError))
})

describe('bash', () => {
  it('quotes values, spreads lists and inserts scripts', () => {
    const inner = bash`echo ${'a b'}`
    expect(bash`for f in ${['x', 'y z']}; do ${inner}; done; exit ${3}`.text).toBe(
      "for f in x 'y z'; do echo 'a b'; done; exit 3",
    )
  })

  it('keeps backslashes for sed, and lets bash have its own braces', () => {
    expect(bash`sed 's/\(a\)/\1/' "\${list[@]}" \`date\``.text).toBe('sed \'s/\\(a\\)/\\1/\' "${list[@]}" `date`')
  })
})

describe('runScript', () => {
  it('names the script and stops at the first failure', async () => {
    const node = fakeNode('m1', 'control-plane', { 'read node facts': 'seen' })
    await runScript(node, 'read node facts', bash`echo ${'x'}`)
    expect(node.commands[0]?.script).toBe(
      `# read node facts\nset -euo pipefail\nexport ${markVariable}=${scriptMark}\necho x\n`,
    )
  })

  it('lets crictl wait for longer than its 2 s, in what the script starts too, or as long as the script says', async () => {
    const bin = mkdtempSync(join(tmpdir(), 'drill-crictl-'))
    writeFileSync(join(bin, 'crictl'), '#!/bin/sh\necho "$@"\n', { mode: 0o755 })
    vi.stubEnv('PATH', `${bin}:${process.env['PATH'] ?? ''}`)
    const script = bash`crictl ps; bash -c 'crictl pods'; crictl --timeout 60s stopp x`
    const { stdout } = await runScript(localNode, 'list', script).finally(() => {
      vi.unstubAllEnvs()
      rmSync(bin, { recursive: true })
    })
    expect(stdout).toBe('--timeout 10s ps\n--timeout 10s pods\n--timeout 10s --timeout 60s stopp x\n')
  })

  it('gives a script its input, whole', async () => {
    const input = 'ü\n\0x'
    const { stdout } = await runScript(localNode, 'copy', bash`cat`, { input })
    expect(stdout).toBe(input)
  })

  it('does nothing with an input of which the end is missing', async () => {
    const cutShort: Pick<Node, 'name' | 'role' | 'exec'> = {
      ...localNode,
      exec: (argv, options) => localNode.exec(argv, { ...options, input: 'half of' }),
    }
    const copied = runScript(cutShort, 'copy', bash`echo begun; cat`, { input: 'half of it' })
    await expect(copied).rejects.toMatchObject({
      result: { stdout: '', stderr: expect.stringContaining('whole') as string },
    })
  })

  it('lets the error say which script failed', async () => {
    const node = fakeNode('m1', 'control-plane', { 'read node facts': new Error('no such file') })
    const error = await runScript(node, 'read node facts', bash`cat x`).catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(CommandError)
    expect(String(error)).toContain('read node facts')
    expect(String(error)).toContain('no such file')
  })
})
