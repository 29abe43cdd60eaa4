import { afterEach, expect, it, vi } from 'vitest'
import { createFaults } from './faults.ts'

afterEach(() => vi.restoreAllMocks())

it('logs and counts faults, and ends the process once when there are too many in a minute', () => {
  const lines: string[] = []
  vi.spyOn(console, 'error').mockImplementation((line) => lines.push(line))
  let now = 0
  let ended = 0
  const faults = createFaults(
    () => ended++,
    () => now,
  )
  for (let at = 0; at < 30; at++, now += 7_000) faults.tell('uncaughtException', new Error(`number ${at}`))
  expect(ended).toBe(0)
  for (let at = 0; at < 12; at++) faults.tell('unhandledRejection', 'no error')
  expect(ended).toBe(1)
  expect(faults.metrics()).toContain('\ndisranker_faults_total 42\n')
  expect(JSON.parse(lines[0]!)).toMatchObject({
    level: 'error',
    event: 'uncaughtException',
    fault: expect.stringContaining('number 0'),
  })
})
