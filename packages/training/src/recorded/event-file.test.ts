// Against bytes that TensorBoard's own code wrote: its Event messages and its record writer (tensorboard 2.21.0 of PyPI,
// tensorboard.compat.proto and tensorboard.summary.writer.record_writer), for the same events.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { crc32c } from './crc32c.ts'
import { createEventFile } from './event-file.ts'

const GOLDEN = [
  'DwAAAAAAAABtUysJGg1icmFpbi5FdmVudDoy/JhRKVgAAAAAAAAAoosvjAkAAAAAAADwPxABKksKEQoKdHJhaW4vbG9zcxUAACBAChoKE3Ry',
  'YWluL2xlYXJuaW5nX3JhdGUVUkkdOgoaChN0cmFpbi9ncmFkaWVudF9ub3JtFQAAAD7zHPJ/dAAAAAAAAABfZ3PSCQAAAAAAwHJAEKwCKmYK',
  'EQoKdHJhaW4vbG9zcxXNzMy9ChoKE3RyYWluL2xlYXJuaW5nX3JhdGUVAAAAAAoaChN0cmFpbi9ncmFkaWVudF9ub3JtFcy8jCsKGQoSdmFs',
  'aWRhdGlvbi9xdWFsaXR5FWZmZj+QCVSX7QAAAAAAAAA+9S2GCQAAACBfoPJBEIDkl9ASKtsBCtgBCtABZ3LDtsOfZS94eHh4eHh4eHh4eHh4',
  'eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4',
  'eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4',
  'eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eBUAAEBADQVnfg==',
].join('')
const scalars = [
  { step: 1, figures: { 'train/loss': 2.5, 'train/learning_rate': 6e-4, 'train/gradient_norm': 0.125 } },
  {
    step: 300,
    figures: {
      'train/loss': -0.1,
      'train/learning_rate': 0,
      'train/gradient_norm': 1e-12,
      'validation/quality': 0.9,
    },
  },
  { step: 5_000_000_000, figures: { [`größe/${'x'.repeat(200)}`]: 3 } },
]

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'events-'))
})
afterEach(() => rmSync(folder, { recursive: true }))
const bytes = () => readFileSync(join(folder, 'run', 'events.out.tfevents.0.disranker'))

it('writes what TensorBoard writes', () => {
  createEventFile(join(folder, 'run')).append(scalars)
  expect(bytes().toString('base64')).toBe(GOLDEN)
})

it('grows as steps happen, and begins anew with a new run', () => {
  const file = createEventFile(join(folder, 'run'))
  for (const one of scalars) {
    const before = bytes().length
    file.append([one])
    expect(bytes().length).toBeGreaterThan(before)
  }
  expect(bytes().toString('base64')).toBe(GOLDEN)
  createEventFile(join(folder, 'run')).append(scalars)
  expect(bytes().toString('base64')).toBe(GOLDEN)
})

it('has the checksums of RFC 3720, appendix B.4', () => {
  expect(crc32c(new Uint8Array(32)).toString(16)).toBe('8a9136aa')
  expect(crc32c(new Uint8Array(32).fill(255)).toString(16)).toBe('62a8ab43')
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i)).toString(16)).toBe('46dd794e')
})
