// A Worker in real workerd over a bundle of random weights: complete but untrained, and made in a second.
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assemble } from '@disranker/edge/assemble'
import type { Example } from '@disranker/edge/example'
import { type Served, serve } from '@disranker/edge/serve'
import { buildBundle } from '@disranker/onnx'
import { bertSpecialTokens, trainWordPiece } from '@disranker/tokenizer'
import { createEncoder, tensorsOf } from '@disranker/transformer'
import { EXAMPLE } from './example-texts.ts'

/** ranges that suit random weights: of whole bytes, and of seven bits, whose products are exact on every machine */
const ACTIVATIONS = {
  bytes: { scale: 0.03, zero: 128 },
  'seven bits': { scale: 0.06, zero: 64, most: 127 },
} as const

/** The files of a bundle of random weights: two layers, 32 wide. Another seed is another version. */
export function randomBundle(
  seed = 1,
  activations: keyof typeof ACTIVATIONS = 'bytes',
): Record<string, Uint8Array> {
  const texts = EXAMPLE.documents.flatMap(({ title, summary }) => [title, summary])
  const tokenizer = trainWordPiece(texts, {
    vocabSize: 400,
    minFrequency: 1,
    specialTokens: bertSpecialTokens(),
  })
  const network = {
    model_type: 'bert' as const,
    vocab_size: 400,
    hidden_size: 32,
    num_hidden_layers: 2,
    num_attention_heads: 2,
    intermediate_size: 64,
    max_position_embeddings: 64,
    type_vocab_size: 2,
    layer_norm_eps: 1e-12,
    hidden_act: 'gelu' as const,
    initialization: 'scaled' as const,
  }
  const encoder = createEncoder(network, { seed })
  // int8, which is what is served
  const sites = [0, 1].flatMap((layer) =>
    ['qkv', 'attention', 'intermediate', 'output'].map((site) => `${layer}.${site}`),
  )
  const activationScales = Object.fromEntries(sites.map((site) => [site, ACTIVATIONS[activations]]))
  const encoding = { form: 'bert' as const, maxLength: 48, maxQuery: 16, maxTitle: 8, maxSummary: 24 }
  try {
    const tensors = tensorsOf(encoder.weights)
    // a head fifty times the usual, so that scores lie apart
    const head = tensors.get('classifier.weight')!.data
    for (let at = 0; at < head.length; at++) head[at]! *= 50
    return buildBundle({
      config: { ...network, disranker: { encoding } },
      tensors,
      tokenizer: JSON.stringify(tokenizer),
      precision: 'int8',
      activationScales,
    })
  } finally {
    encoder.dispose()
  }
}

/** The same with weights that its manifest does not name: it is found, and does not load. */
export const damagedBundle = (): Record<string, Uint8Array> => ({
  ...randomBundle(),
  'model.onnx.data': new Uint8Array(3),
})

/**
 * A dist/ of the example in a temporary folder, with a bundle of random weights.
 * @param more what differs from the example of the tests
 * @param files of another bundle
 */
export async function exampleFolder(
  more: Partial<Example> = {},
  files = randomBundle(),
): Promise<{ dist: string; remove(): void }> {
  const home = mkdtempSync(join(tmpdir(), 'edge-test-'))
  const bundle = join(home, 'bundle')
  mkdirSync(bundle)
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(bundle, name), bytes)
  const dist = join(home, 'dist')
  await assemble({ bundle, example: { ...EXAMPLE, ...more }, out: dist })
  return { dist, remove: () => rmSync(home, { recursive: true, force: true }) }
}

/** Where the one bundle of a dist/ lies. */
export function bundleFolder(dist: string): string {
  const models = join(dist, 'models', 'disranker')
  return join(models, readdirSync(models)[0]!)
}

/** The secret RERANK_KEYS of one key. */
export const keysOf = (key: string): string =>
  JSON.stringify({ tests: createHash('sha256').update(key).digest('hex') })

/**
 * Serves the example; `close` takes its folder away too.
 * @param options.variables of the Worker, secrets too
 * @param options.change what to do to the folder before it is served
 */
export async function serveExample(
  options: {
    variables?: Record<string, string>
    change?: (dist: string) => void
    bucket?: string
    keyRing?: boolean
    tokenLimit?: number
    documents?: { readonly kind: 'kv' | 'r2' | 'd1'; readonly folder: string }
    example?: Partial<Example>
    files?: Record<string, Uint8Array>
  } = {},
): Promise<Served> {
  const { dist, remove } = await exampleFolder(options.example, options.files)
  options.change?.(dist)
  const { variables = {}, bucket, keyRing = false, tokenLimit, documents } = options
  const bound = {
    keyRing,
    ...(bucket !== undefined && { bucket }),
    ...(tokenLimit !== undefined && { tokenLimit }),
    ...(documents !== undefined && { documents }),
  }
  const served = await serve({ dist, variables, alone: true, ...bound })
  return { url: served.url, close: () => served.close().finally(remove) }
}
