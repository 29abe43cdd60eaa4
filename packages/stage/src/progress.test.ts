import { expect, it } from 'vitest'
import { formatSeconds, plainProgress, readProgress } from './progress.ts'

it('says seconds as a person would', () => {
  expect([0.4, 99, 100, 3599, 7380, Number.NaN].map(formatSeconds)).toEqual([
    '0 s',
    '99 s',
    '1 min 40 s',
    '59 min 59 s',
    '2 h 3 min',
    '?',
  ])
})

it('writes plain lines with an ETA, not more often than asked, counted from where a resumed run began', () => {
  const lines: string[] = []
  let now = 0
  const progress = plainProgress((line) => lines.push(line), { now: () => now })
  progress.start('sft', 100, 'steps', 40)
  for (const done of [45, 50, 55, 60]) {
    now += 5000
    progress.update(done, 'loss 0.5')
  }
  now += 40_000
  progress.update(100)
  progress.stop()
  expect(lines).toEqual([
    'sft: 100 steps, going on at 40',
    'sft: 50/100 steps (50 %), loss 0.5, ETA 50 s',
    'sft: 60/100 steps (60 %), loss 0.5, ETA 40 s',
    'sft: 100/100 steps (100 %), ETA 0 s',
    'sft: 100/100 steps in 60 s',
  ])
})

it('draws a bar into a line when asked', () => {
  const lines: string[] = []
  const progress = plainProgress((line) => lines.push(line), { seconds: 0, bar: true })
  progress.start('cpt', 8, 'steps')
  progress.update(2)
  expect(lines[1]).toMatch(/^cpt: █{6}░{18} 2\/8 steps \(25 %\), ETA /)
})

it('reads the lines that it writes', () => {
  const lines: string[] = []
  let now = 0
  const progress = plainProgress((line) => lines.push(line), { now: () => now, seconds: 0 })
  progress.start('sft', 100, 'steps')
  now = 200_000
  progress.update(50, 'loss 0.5, 17487 tokens/s')
  now = 400_000
  progress.update(80)
  progress.stop()
  expect(lines.map(readProgress)).toEqual([
    undefined,
    { said: '50/100 steps (50 %)', share: 0.5, left: 200 },
    { said: '80/100 steps (80 %)', share: 0.8, left: 100 },
    undefined,
  ])
})
