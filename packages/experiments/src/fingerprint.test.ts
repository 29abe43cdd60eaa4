import { createHash, createHmac } from 'node:crypto'
import { expect, it } from 'vitest'
import { fingerprint, secretFingerprint } from './fingerprint.ts'

it('is what the standard library computes', () => {
  const json = JSON.stringify(['q', 3, 'ü'])
  const short = (digest: Buffer) => digest.subarray(0, 16).toString('base64url')
  expect(fingerprint('q', 3, 'ü')).toBe(short(createHash('sha256').update(json).digest()))
  expect(secretFingerprint('s', 'q', 3, 'ü')).toBe(short(createHmac('sha256', 's').update(json).digest()))
})

it('tells apart what concatenation would not', () => {
  expect(fingerprint('ab', 'c')).not.toBe(fingerprint('a', 'bc'))
})
