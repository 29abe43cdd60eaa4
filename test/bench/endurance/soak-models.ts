// Two versions of the trained example in a folder that stands for a bucket: the same network with another weight of the
// lexical overlap, so that no score is the other's; and the pointer that says which is served.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bundle, type BundleConfig, type BundleManifest, sha256 } from '@disranker/reranker'
import { DIST } from '../edge/example-requests.ts'

export interface TwoModels {
  /** its bucket/ is the bucket */
  readonly folder: string
  readonly versions: readonly { readonly version: string; readonly bundle: Bundle }[]
  /** Points at one of them. */
  serve(which: number): void
  remove(): void
}

export async function twoModels(): Promise<TwoModels> {
  const folder = mkdtempSync(join(tmpdir(), 'edge-soak-'))
  const one = exampleBundle()
  const versions = await Promise.all(
    [one, await withOtherWeight(one)].map(async (bundle) => {
      const version = (await sha256(bundle['manifest.json']!)).slice(0, 12)
      const home = join(folder, 'bucket', 'models', 'disranker', version)
      mkdirSync(home, { recursive: true })
      for (const [name, bytes] of Object.entries(bundle)) writeFileSync(join(home, name), bytes)
      return { version, bundle }
    }),
  )
  const known = Object.fromEntries(versions.map(({ version }) => [version, { source: 'r2' }]))
  return {
    folder,
    versions,
    serve(which) {
      const current = versions[which % versions.length]!.version
      const file = join(folder, 'bucket', 'models.json')
      writeFileSync(`${file}.new`, JSON.stringify({ disranker: { current, versions: known } }))
      renameSync(`${file}.new`, file)
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** The bundle of the trained example. */
function exampleBundle(): Bundle {
  const models = join(DIST, 'models', 'disranker')
  const folder = join(models, readdirSync(models)[0]!)
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))]),
  )
}

async function withOtherWeight(bundle: Bundle): Promise<Bundle> {
  const read = <Content>(name: string): Content => JSON.parse(new TextDecoder().decode(bundle[name]))
  const bytesOf = (content: unknown) => new TextEncoder().encode(JSON.stringify(content))
  const { disranker, ...network } = read<BundleConfig>('config.json')
  const { known: _, score, ...others } = disranker
  const lexicalWeight = (score?.lexicalWeight ?? 0) + 0.5
  const config = bytesOf({ ...network, disranker: { ...others, score: { ...score, lexicalWeight } } })
  const manifest = read<BundleManifest>('manifest.json')
  const entry = { bytes: config.byteLength, sha256: await sha256(config) }
  return {
    ...bundle,
    'config.json': config,
    'manifest.json': bytesOf({ ...manifest, files: { ...manifest.files, 'config.json': entry } }),
  }
}
