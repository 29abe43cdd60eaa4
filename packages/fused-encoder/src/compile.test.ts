import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { compile, embedded, FORMS } from '../compile.ts'

test('what is stored is what the sources compile to', async () => {
  const read = (name: string) => readFileSync(new URL(name, import.meta.url))
  const modules = { exact: await compile('exact'), relaxed: await compile('relaxed') }
  // else: npm run compile --workspace @disranker/fused-encoder
  for (const form of FORMS) expect(Buffer.compare(read(`${form}.wasm`), modules[form])).toBe(0)
  expect(read('embedded.ts').toString()).toBe(embedded(modules))
})
