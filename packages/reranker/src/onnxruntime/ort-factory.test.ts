import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { makeFactory, target } from '../../commands/ort-factory.ts'

it('is made of the onnxruntime-web that is installed', () => {
  expect(readFileSync(target, 'utf8') === makeFactory()).toBe(true)
})
