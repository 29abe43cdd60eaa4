// A sentence encoder of random weights that joins a bundle, and documents published with vectors by it.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readEncoderCheckpoint } from '@disranker/checkpoint'
import { openBackend } from '@disranker/engine'
import { type VectorEncoderFiles, vectorEncoder } from '@disranker/onnx/vectors/vector-bundle'
import { expect } from 'vitest'
import { writeTinyBert } from '../../tiny/checkpoints.ts'

const publisher = fileURLToPath(import.meta.resolve('@disranker/edge/publish-documents'))

/** @param home where its checkpoint is left */
export async function tinyEncoder(home: string): Promise<VectorEncoderFiles> {
  await openBackend('wasm', {})
  writeTinyBert(join(home, 'bert'))
  const source = readEncoderCheckpoint(join(home, 'bert'))
  const note = {
    ...{ from: 'bert', identity: 'tiny', temperature: 0.05 },
    reading: {
      lengths: { query: 16, document: 48 },
      prefixes: { query: 'query: ', document: '' },
      pooling: 'mean' as const,
      around: { start: ['[CLS]'], end: ['[SEP]'] },
    },
  }
  const rows = [{ ids: [2, 10, 20, 30, 3], typeIds: [0, 0, 0, 0, 0] }]
  return vectorEncoder(source, note, undefined, rows, home)
}

/** Publishes documents into the local KV store of `home`. @param words further words of the command */
export function publish(home: string, some: readonly object[], ...words: string[]): void {
  const file = join(home, 'documents.jsonl')
  writeFileSync(file, some.map((one) => JSON.stringify(one)).join('\n'))
  const where = ['--kv', 'disranker-documents', '--local', '--persist-to', home]
  const { status, stderr } = spawnSync(process.execPath, [publisher, file, ...where, ...words], {
    encoding: 'utf8',
  })
  expect([status, stderr]).toEqual([0, ''])
}
