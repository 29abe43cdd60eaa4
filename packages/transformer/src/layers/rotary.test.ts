import { expect, test } from 'vitest'
import { z } from 'zod'
import { type Gemma3Config, gemma3Config, layerTypes, rotaryOf } from '../architectures/gemma3/config.ts'
import { frequenciesOf, rotaryKeys, scaledFrequencies } from './rotary.ts'

const keys = z.strictObject(rotaryKeys)
const angles = (config: object) => frequenciesOf(keys.parse(config), 8)

test('older and newer files say the same', () => {
  const llama3 = { factor: 8, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 64 }
  expect(angles({ rope_theta: 100, rope_scaling: { type: 'linear', factor: 2 } })).toEqual(
    angles({ rope_parameters: { rope_type: 'linear', rope_theta: 100, factor: 2 } }),
  )
  expect(angles({ rope_theta: 100, rope_scaling: { rope_type: 'llama3', ...llama3 } })).toEqual(
    angles({ rope_parameters: { rope_type: 'llama3', rope_theta: 100, ...llama3 } }),
  )
  expect(angles({})).toEqual(scaledFrequencies(8, 10_000))
})

test('llama3: fast angles stay, slow ones are divided by the factor', () => {
  const scaling = { factor: 8, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 64 }
  const [plain, scaled] = [
    angles({ rope_theta: 1e6 }),
    angles({ rope_theta: 1e6, rope_scaling: { rope_type: 'llama3', ...scaling } }),
  ]
  expect(scaled[0]).toBe(plain[0]) // 64 / 2 pi = 10 turns in the original window
  expect(scaled.at(-1)).toBeCloseTo(plain.at(-1)! / 8, 12)
})

test('Gemma 3 in its older form: every sixth layer sees all, the others turn by rope_local_base_freq', () => {
  const sizes = { vocab_size: 9, hidden_size: 8, num_attention_heads: 1, intermediate_size: 8, head_dim: 8 }
  const config: Gemma3Config = gemma3Config.parse({
    ...{ model_type: 'gemma3_text', ...sizes, num_hidden_layers: 7, max_position_embeddings: 9 },
    ...{ rms_norm_eps: 1e-6, sliding_window_pattern: 6, rope_theta: 1e6, rope_local_base_freq: 5e3 },
    rope_scaling: { rope_type: 'linear', factor: 8 },
  })
  expect(layerTypes(config).map((type) => type === 'full_attention')).toEqual(
    [0, 0, 0, 0, 0, 1, 0].map(Boolean),
  )
  expect(rotaryOf(config, 'sliding_attention')).toEqual({ theta: 5e3, scaling: undefined })
  expect(rotaryOf(config, 'full_attention')).toMatchObject({ theta: 1e6, scaling: { factor: 8 } })
})
