import { describe, expect, it } from 'vitest'
import { BUNDLE_FILES, openBundle, releaseBundle } from './bundle.ts'
import { tinyBundle } from './fixtures/tiny-bundle.ts'
import { loadReranker } from './load-reranker.ts'
import { sha256 } from './sha256.ts'

const text = (content: string) => new TextEncoder().encode(content)

describe('a bundle', () => {
  it('opens when every file is the one that the manifest names', async () => {
    const { config, data, model } = await openBundle(tinyBundle())
    expect([config.model_type, model.byteLength > 0, data.byteLength > 0]).toEqual(['bert', true, true])
  })

  it.each(BUNDLE_FILES)(
    'is refused when one bit of %s is another, before anything is loaded',
    async (name) => {
      const bundle = tinyBundle()
      bundle[name]![bundle[name]!.length >> 1]! ^= 1
      await expect(loadReranker(bundle)).rejects.toMatchObject({
        name: 'RerankerError',
        code: 'bundle',
        message: expect.stringMatching(
          new RegExp(`^${name} of the bundle is not the file.*sha256.*Copy the bundle again`),
        ),
      })
    },
  )

  it.each(BUNDLE_FILES)('is refused when %s is cut short', async (name) => {
    const bundle = tinyBundle()
    const whole = bundle[name]!.length
    bundle[name] = bundle[name]!.slice(0, -1)
    await expect(openBundle(bundle)).rejects.toThrow(
      `${name} of the bundle has ${whole - 1} bytes; its manifest says ${whole}`,
    )
  })

  it.each([...BUNDLE_FILES, 'manifest.json'])('is refused when %s is missing', async (name) => {
    const { [name]: _, ...rest } = tinyBundle()
    await expect(openBundle(rest)).rejects.toMatchObject({
      code: 'bundle',
      message: expect.stringContaining(`${name} of the bundle is missing`),
    })
  })

  it.each([
    ['{', 'is not JSON'],
    ['7', 'is no JSON object'],
    ['{"format":"disranker-bundle","version":2}', 'is no manifest of this version'],
    ['{"format":"disranker-bundle","version":1,"files":{}}', 'does not name model.onnx'],
  ])('is refused when its manifest is %s', async (content, message) => {
    await expect(openBundle({ ...tinyBundle(), 'manifest.json': text(content) })).rejects.toThrow(message)
  })

  it('whose hashes are right but whose graph is none is a runtime error', async () => {
    const bundle = tinyBundle()
    bundle['model.onnx'] = text('ONNX')
    const manifest = JSON.parse(new TextDecoder().decode(bundle['manifest.json']))
    manifest.files['model.onnx'] = { bytes: 4, sha256: await sha256(bundle['model.onnx']) }
    bundle['manifest.json'] = text(JSON.stringify(manifest))
    await expect(loadReranker(bundle)).rejects.toMatchObject({ name: 'RerankerError', code: 'runtime' })
  })
})

it.skipIf(!('transfer' in ArrayBuffer.prototype))(
  'is not needed once a reranker is loaded, and files that share their memory are left alone',
  async () => {
    const shared = new Uint8Array([1, 2, 3])
    const bundle: Record<string, Uint8Array<ArrayBuffer>> = {
      ...Object.fromEntries(Object.entries(tinyBundle()).map(([name, bytes]) => [name, bytes.slice()])),
      'README.md': shared.subarray(1),
    }
    const reranker = await loadReranker(bundle)
    const before = await reranker.score('memory', ['freed memory', 'a broken hash'])
    releaseBundle(bundle)
    expect(bundle['model.onnx.data']!.byteLength).toBe(0)
    expect(bundle['README.md']!.byteLength).toBe(2)
    expect(await reranker.score('memory', ['freed memory', 'a broken hash'])).toEqual(before)
    await expect(loadReranker(bundle)).rejects.toThrow('manifest.json of the bundle')
    // a second time changes nothing
    releaseBundle(bundle)
  },
)

it('hashes as sha256sum does', async () => {
  expect(await sha256(text('one'))).toBe('7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed')
})
