import { expect, it } from 'vitest'
import { clockAhead } from './observe-clients.ts'

it.each([
  ['right', 1500, 0],
  ['ahead', 5000, 3000],
  ['behind', 400, -600],
])('takes a clock that is %s for just that', (_, now, ahead) => expect(clockAhead(now, 1000, 2000)).toBe(ahead))
