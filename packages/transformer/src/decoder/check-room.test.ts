import { InputError } from '@disranker/stage'
import { expect, test } from 'vitest'
import type { DecoderConfig } from '../architectures.ts'
import { checkRoom, trainingBytes } from './check-room.ts'

// SmolLM2-135M and -1.7B
const small: DecoderConfig = {
  ...{ model_type: 'llama', vocab_size: 49152, hidden_size: 576, num_hidden_layers: 30, rms_norm_eps: 1e-5 },
  ...{
    num_attention_heads: 9,
    num_key_value_heads: 3,
    intermediate_size: 1536,
    max_position_embeddings: 8192,
  },
  tie_word_embeddings: true,
}
const large: DecoderConfig = {
  ...{ ...small, hidden_size: 2048, num_hidden_layers: 24, num_attention_heads: 32, num_key_value_heads: 32 },
  intermediate_size: 8192,
}
const all = { trains: () => true, rows: 4, columns: 128 }
const wasm = { bytes: 2 ** 32, of: 'the heap of the wasm backend' }
const lastLayers = (name: string) => /layers\.(28|29)\.|^model\.norm|score/.test(name)

test('every weight that trains counts four times', () => {
  const none = trainingBytes(small, { ...all, trains: () => false, rows: 0 })
  const onlyHead = trainingBytes(small, { ...all, trains: (name) => name === 'score.weight', rows: 0 })
  expect(onlyHead - none).toBe(4 * 4 * 576)
})

test('adapters are small, but all layers keep what they need for the way back, unless they compute it again', () => {
  const lora = { rank: 8, alpha: 16, targets: ['q_proj', 'v_proj'] }
  const adapters = { ...all, trains: () => false, lora }
  const thin = 30 * 8 * (576 + 576 + 576 + 192)
  const none = trainingBytes(small, { ...adapters, lora: { ...lora, rank: 0 }, rows: 0 })
  expect(trainingBytes(small, { ...adapters, rows: 0 }) - none).toBe(4 * 4 * thin)
  const rowsOf = (rows: number, recompute: boolean) => trainingBytes(small, { ...adapters, rows, recompute })
  expect(rowsOf(8, false) - rowsOf(4, false)).toBe(
    trainingBytes(small, { ...all, rows: 8 }) - trainingBytes(small, all),
  )
  expect(rowsOf(8, true) - rowsOf(4, true)).toBeLessThan(0.1 * (rowsOf(8, false) - rowsOf(4, false)))
})

test('what fits is let through, what does not is said with its figure', () => {
  expect(() => checkRoom(small, all, wasm)).not.toThrow()
  expect(() => checkRoom(large, all, wasm)).toThrow(InputError)
  expect(() => checkRoom(large, all, wasm)).toThrow(
    /at least 2\d\.\d GB \(4 texts of 128 tokens a step\); the heap of the wasm backend ends at 4.0/,
  )
  expect(() => checkRoom(small, { ...all, rows: 64 }, wasm)).toThrow(/64 texts/)
  expect(() => checkRoom(small, { ...all, rows: 64, trains: lastLayers }, wasm)).not.toThrow()
})
