import { expect, it } from 'vitest'
import { localNode } from '../testing/local-node.ts'
import { bash, runScript } from './bash.ts'
import { waitFunction } from './wait-function.ts'

it('asks until the command succeeds', async () => {
  const script = bash`
${waitFunction}
asked=0
third() { asked=$((asked + 1)); [ "$asked" = 3 ]; }
wait_until 10 0.01 third
echo "$asked"
`
  expect((await runScript(localNode, 'wait', script)).stdout).toBe('3\n')
})

it('gives up in time', async () => {
  const script = bash`
${waitFunction}
wait_until 1 0.1 false || echo 'given up'
`
  expect((await runScript(localNode, 'wait', script)).stdout).toBe('given up\n')
})
