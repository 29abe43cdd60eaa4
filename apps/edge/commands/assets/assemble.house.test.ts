import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { assemble } from './assemble.ts'

const example = { embedded: true, documents: [], corpusSize: 0, queries: [], attribution: '' }
let home: string
let options: Parameters<typeof assemble>[0]

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'assemble-'))
  const bundle = join(home, 'bundle')
  mkdirSync(bundle)
  writeFileSync(join(bundle, 'model.onnx'), 'weights')
  const sha256 = createHash('sha256').update('weights').digest('hex')
  writeFileSync(
    join(bundle, 'manifest.json'),
    JSON.stringify({ files: { 'model.onnx': { bytes: 7, sha256 } } }),
  )
  options = { bundle, example, out: join(home, 'dist') }
})
afterEach(() => rmSync(home, { recursive: true }))

describe('assemble', () => {
  it('puts page, example and bundle into one folder and leaves nothing next to it', async () => {
    await assemble(options)
    await assemble(options)
    expect(readdirSync(home).toSorted()).toEqual(['bundle', 'dist'])
    expect(readdirSync(join(home, 'dist')).toSorted()).toEqual([
      'example.json',
      'experiments.js',
      'first.json',
      'index.html',
      'models',
      'models.json',
      'ort-wasm-simd-threaded.wasm',
      'page.css',
      'page.js',
      'ranking-worker.js',
      'stemmers.js',
      'ubi.js',
    ])
    // with experiments, where there are some
    await assemble({ ...options, experiments: '{"experiments":[]}' })
    expect(existsSync(join(home, 'dist', 'experiments.json'))).toBe(true)
    await expect(assemble({ ...options, experiments: '{"experiment":[]}' })).rejects.toThrow(
      /experiments.json cannot be used/,
    )
    const { disranker } = JSON.parse(readFileSync(join(home, 'dist', 'models.json'), 'utf8'))
    const manifest = readFileSync(join(options.bundle, 'manifest.json'))
    const version = createHash('sha256').update(manifest).digest('hex').slice(0, 12)
    expect(disranker).toEqual({
      current: version,
      since: expect.stringMatching(/^\d{4}-.*Z$/),
      versions: { [version]: { source: 'assets' } },
    })
    const folder = join(home, 'dist', 'models', 'disranker', version)
    expect(readdirSync(folder).toSorted()).toEqual(['manifest.json', 'model.onnx'])
    expect(readFileSync(join(folder, 'model.onnx'), 'utf8')).toBe('weights')
  })

  it('has the stemmers in a file of their own, which few pages fetch', async () => {
    await assemble(options)
    const read = (name: string) => readFileSync(join(home, 'dist', name), 'utf8')
    const { STEMMERS } = await import(join(home, 'dist', 'stemmers.js'))
    expect(STEMMERS.fr('vêtements')).toBe('vêt')
    for (const script of ['page.js', 'ranking-worker.js']) {
      expect(read(script)).toContain('import("/stemmers.js")')
      expect(read(script)).not.toContain('issements')
    }
    expect(read('stemmers.js')).toContain('issements')
  })

  it('refuses a damaged file and keeps the dist that was there', async () => {
    await assemble(options)
    writeFileSync(join(options.bundle, 'model.onnx'), 'wEights')
    await expect(assemble(options)).rejects.toThrow('differs from its manifest')
    expect(existsSync(join(home, 'dist', 'page.js'))).toBe(true)
  })

  it('ships no page that runs code from text or calls another host', async () => {
    await assemble(options)
    const script = readFileSync(join(home, 'dist', 'page.js'), 'utf8')
    // a name that is never called
    expect(script.replace('http://www.w3.org/2000/svg', '')).not.toMatch(
      /\beval\(|new Function|innerHTML|https?:\/\//,
    )
    expect(readFileSync(join(home, 'dist', 'index.html'), 'utf8')).not.toMatch(/https?:\/\/|style=|onclick=/)
  })
})
