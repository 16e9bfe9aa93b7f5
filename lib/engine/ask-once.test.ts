import { expect, test } from 'vitest'
import type { CommandResult, Node } from '../node.ts'
import { askOnce } from './ask-once.ts'

function machine(fails: number) {
  const ran: string[] = []
  const exec = async (argv: readonly string[]): Promise<CommandResult> => {
    ran.push(argv.join(' '))
    if (ran.length <= fails) throw new Error('refused')
    return { argv, exitCode: 0, stdout: `answer ${ran.length}`, stderr: '', durationMs: 1 }
  }
  const node = { name: 'm1', role: 'worker', exec } as unknown as Node
  return { ran, asked: askOnce(node) }
}

test('a command runs once, also when it is asked twice at the same time', async () => {
  const { ran, asked } = machine(0)
  const [first, second] = await Promise.all([asked.exec(['date']), asked.exec(['date'])])
  expect([first.stdout, second.stdout, (await asked.exec(['date'])).stdout]).toEqual(Array(3).fill('answer 1'))
  await asked.exec(['date'], { input: 'other' })
  await asked.exec(['hostname'])
  expect(ran).toEqual(['date', 'date', 'hostname'])
})

test('what failed is asked again', async () => {
  const { asked } = machine(1)
  await expect(asked.exec(['date'])).rejects.toThrow('refused')
  expect((await asked.exec(['date'])).stdout).toBe('answer 2')
})

test('once things are changed every command is run', async () => {
  const ran: string[] = []
  const state = { isOver: false }
  const exec = async (argv: readonly string[]): Promise<CommandResult> => {
    ran.push(argv.join(' '))
    return { argv, exitCode: 0, stdout: `answer ${ran.length}`, stderr: '', durationMs: 1 }
  }
  const asked = askOnce({ name: 'm1', role: 'worker', exec } as unknown as Node, () => state.isOver)
  await asked.exec(['date'])
  await asked.exec(['date'])
  state.isOver = true
  expect((await asked.exec(['date'])).stdout).toBe('answer 2')
  expect((await asked.exec(['date'])).stdout).toBe('answer 3')
})
