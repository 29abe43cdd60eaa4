import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { compile, FORMS } from '../compile.ts'

test.each(FORMS)('%s.wasm is what the sources compile to', async (form) => {
  const stored = new Uint8Array(readFileSync(new URL(`${form}.wasm`, import.meta.url)))
  // else: npm run compile --workspace @disranker/fused-encoder
  expect(Buffer.compare(stored, await compile(form))).toBe(0)
})
