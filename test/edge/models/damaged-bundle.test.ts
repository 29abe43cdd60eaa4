// A bundle that cannot be used: 503 that says to rebuild it, a server that stays up, and an answer once it is repaired.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bundleFolder, serveExample } from '../served/served-example.ts'

const body = JSON.stringify({ model: 'disranker', query: 'buffer', documents: ['one', 'two'] })

function flip(path: string): void {
  const bytes = readFileSync(path)
  bytes[bytes.length >> 1]! ^= 0xff
  writeFileSync(path, bytes)
}

describe('a Worker with a damaged bundle', () => {
  it.each([
    ['a flipped byte in the weights', (bundle: string) => flip(join(bundle, 'model.onnx.data'))],
    ['a graph cut short', (bundle: string) => writeFileSync(join(bundle, 'model.onnx'), 'ONNX')],
    ['a missing tokenizer', (bundle: string) => rmSync(join(bundle, 'tokenizer.json'))],
    ['a manifest that is no JSON', (bundle: string) => writeFileSync(join(bundle, 'manifest.json'), '{')],
  ])('%s: 503, and the page and health are still served', async (_, damage) => {
    const server = await serveExample({ change: (dist) => damage(bundleFolder(dist)) })
    try {
      for (let at = 0; at < 2; at++) {
        const response = await fetch(`${server.url}/v2/rerank`, { method: 'POST', body })
        expect(response.status).toBe(503)
        const { message } = (await response.json()) as { message: string }
        expect(message).toMatch(/^The model bundle cannot be used: .*Rebuild it/)
      }
      const health = await fetch(`${server.url}/health`)
      expect(await health.json()).toMatchObject({
        status: 'ok',
        model: { name: 'disranker', state: expect.stringMatching(/^(failed|not loaded)$/) },
      })
      expect((await fetch(server.url)).status).toBe(200)
    } finally {
      await server.close()
    }
  })
})
