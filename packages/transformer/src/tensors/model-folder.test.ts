import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InputError } from '@disranker/stage'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readModelFolder, writeModelFolder } from './model-folder.ts'

let folder: string
const model = {
  config: { model_type: 'bert', disranker: { encoding: { form: 'bert' } } },
  tensors: new Map([['classifier.bias', { shape: [1], data: Float32Array.of(0.5) }]]),
  tokenizer: '{"model":{}}',
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'model-'))
  writeModelFolder(folder, model)
})
afterEach(() => rmSync(folder, { recursive: true }))

test('what was written is read', () => {
  expect(readdirSync(folder).sort()).toEqual([
    'config.json',
    'model.safetensors',
    'tokenizer.json',
    'tokenizer_config.json',
  ])
  const { tokenizerConfig, ...read } = readModelFolder(folder)
  expect(read).toEqual(model)
  expect(tokenizerConfig).toMatchObject({ clean_up_tokenization_spaces: false })
  expect(JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'))).toEqual(model.config)
})

test.each(['config.json', 'model.safetensors', 'tokenizer.json'])('a folder without %s is none', (name) => {
  rmSync(join(folder, name))
  expect(() => readModelFolder(folder)).toThrow(`is no model folder: ${name} is missing`)
})

test('damaged files are refused by name', () => {
  writeFileSync(join(folder, 'config.json'), '{')
  expect(() => readModelFolder(folder)).toThrow(/config.json is not JSON/)
  writeFileSync(join(folder, 'config.json'), '{}')
  writeFileSync(join(folder, 'model.safetensors'), '')
  expect(() => readModelFolder(folder)).toThrow(InputError)
})
