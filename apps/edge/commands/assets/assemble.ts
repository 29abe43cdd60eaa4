// Makes dist/: everything the Worker serves in addition to its code. It is made in another folder and then
// renamed, so that dist/ is always complete.
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseExperiments } from '@disranker/experiments'
import { build, type Plugin } from 'esbuild'
import type { Example } from '../../page/example.ts'
import { firstOf } from '../../page/first.ts'
import { EXPERIMENTS_FILE } from '../../src/online/experiment-source.ts'
import { EXAMPLE, FIRST, OWN_EXAMPLE, OWN_FIRST } from '../../src/routes/page-files.ts'

/** Cloudflare's limit for one static asset, in bytes */
const LARGEST_ASSET = 25 * 1024 * 1024
const RUNTIME = 'ort-wasm-simd-threaded.wasm'
const page = fileURLToPath(new URL('../../page/', import.meta.url))

/**
 * Makes `out` from a bundle folder and an example.
 * @param bundle folder with manifest.json and the files it names
 * @param id the model's name in requests
 * @throws {Error} a file of the bundle is missing, damaged or too large, or an experiment is wrong; `out` is
 * then unchanged
 */
export async function assemble(options: {
  bundle: string
  example: Example
  out: string
  id?: string
  /** text of experiments.json; without it there are none */
  experiments?: string
}): Promise<void> {
  const { bundle, example, out, id = 'disranker', experiments } = options
  const work = `${out}.tmp`
  rmSync(work, { recursive: true, force: true })
  mkdirSync(work, { recursive: true })
  copyBundle(bundle, work, id)
  const [whole, first] = example.embedded ? [EXAMPLE, FIRST] : [OWN_EXAMPLE, OWN_FIRST]
  writeFileSync(join(work, whole), JSON.stringify(example))
  writeFileSync(join(work, first), JSON.stringify(firstOf(example)))
  if (experiments !== undefined) {
    parseExperiments(experiments)
    writeFileSync(join(work, EXPERIMENTS_FILE), experiments)
  }
  for (const name of ['index.html', 'page.css']) cpSync(join(page, name), join(work, name))
  // for ranking in a browser; the Worker's code contains its own
  const runtime = fileURLToPath(import.meta.resolve(`onnxruntime-web/${RUNTIME}`))
  if (statSync(runtime).size > LARGEST_ASSET)
    throw new Error(`${RUNTIME} is larger than a static asset may be.`)
  cpSync(runtime, join(work, RUNTIME))
  await build({
    entryPoints: {
      page: join(page, 'page.ts'),
      'ranking-worker': join(page, 'ranking-worker.ts'),
      experiments: join(page, 'experiments.ts'),
      // loaded only for languages with stemmers; most pages need none
      stemmers: join(page, 'stemmers.ts'),
    },
    outdir: work,
    plugins: [STEMMERS_APART],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2023',
    logLevel: 'error',
  })
  await build({
    entryPoints: [join(page, 'ubi.ts')],
    outdir: work,
    bundle: true,
    minify: true,
    // a plain script, so that it can find its own element; its names stay hidden from the page
    format: 'iife',
    target: 'es2020',
    logLevel: 'error',
  })
  const old = `${out}.old`
  rmSync(old, { recursive: true, force: true })
  if (existsSync(out)) renameSync(out, old)
  renameSync(work, out)
  rmSync(old, { recursive: true, force: true })
}

/** Page and worker share the file of stemmers. */
const STEMMERS_APART: Plugin = {
  name: 'stemmers apart',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/stemmers\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: '/stemmers.js', external: true } : undefined,
    )
  },
}

/** Writes a bundle under its version, and an index that points to it. */
function copyBundle(from: string, to: string, id: string): void {
  const text = readFileSync(join(from, 'manifest.json'))
  const version = sumOf(text).slice(0, 12)
  const folder = join(to, 'models', id, version)
  mkdirSync(folder, { recursive: true })
  for (const [name, { sha256 }] of Object.entries<{ sha256: string }>(JSON.parse(text.toString()).files)) {
    const bytes = readFileSync(join(from, name))
    if (sumOf(bytes) !== sha256)
      throw new Error(`${join(from, name)} differs from its manifest. Run "npx turbo run quantize --force".`)
    if (bytes.byteLength > LARGEST_ASSET)
      throw new Error(
        `${name} has ${(bytes.byteLength / 1024 / 1024).toFixed(1)} MiB, a static asset of a Worker at most 25. ` +
          'Put the bundle into R2 (apps/docs/pages/deploy.md), or train a smaller student (packages/student/recipes/distil.ts).',
      )
    writeFileSync(join(folder, name), bytes)
  }
  writeFileSync(join(folder, 'manifest.json'), text)
  const since = new Date().toISOString()
  const index = { [id]: { current: version, since, versions: { [version]: { source: 'assets' } } } }
  writeFileSync(join(to, 'models.json'), JSON.stringify(index, null, 2))
}

const sumOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
