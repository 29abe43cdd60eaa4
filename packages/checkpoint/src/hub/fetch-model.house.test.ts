// Downloads from a server that speaks the hub's protocol, correctly and incorrectly.
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { InputError, plainProgress } from '@disranker/stage'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type HubServer, startHub } from '../../testing/hub-server.ts'
import { type FetchModelOptions, fetchModel } from './fetch-model.ts'
import { hubSettings } from './hub-settings.ts'

const commit = 'c0ffee'.padEnd(40, '0')
const large = Uint8Array.from({ length: 50_000 }, (_, i) => (i * 7 + (i >> 8)) % 251)
const files = {
  'config.json': '{"model_type":"llama"}',
  'tokenizer.json': '{"model":{}}',
  'README.md': '---\nlicense: apache-2.0\n---\n',
  'model.safetensors': large,
  'pytorch_model.bin': large,
  'onnx/model.onnx': large,
}
const modules = {
  'modules.json': '[]',
  '1_Pooling/config.json': '{}',
  '2_Dense/config.json': '{"in_features":4}',
  '2_Dense/model.safetensors': large.slice(0, 2000),
}
let hub: HubServer
let home: string
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'hub-'))
  const bare = { ...files, 'model.safetensors': undefined }
  const { 'model.safetensors': _, ...withoutWeights } = bare
  hub = await startHub([
    { name: 'owner/model', commit, files },
    { name: 'owner/old', commit, files: withoutWeights },
    { name: 'owner/split', commit, files: { ...files, ...modules } },
  ])
  return () => hub.close()
})
afterEach(() => rmSync(home, { recursive: true }))

const environment = (more: Record<string, string> = {}) =>
  hubSettings({ HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: home, HF_HUB_DOWNLOAD_TIMEOUT: '0.5', ...more })
const get = (more: Record<string, string> = {}, options: Partial<FetchModelOptions> = {}) =>
  fetchModel('owner/model', { settings: environment(more), ...options })
/** One sentence of advice, and nothing that looks whole. */
async function complaint(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => expect.fail('nothing was wrong'),
    (error: unknown) => error,
  )
  expect(error).toBeInstanceOf(InputError)
  expect(globSync('models--*/refs/*', { cwd: home })).toEqual([])
  return (error as Error).message
}

test('brings what makes a model, as other tools cache it, and asks no more for a pinned revision', async () => {
  const lines: string[] = []
  const progress = plainProgress((line) => lines.push(line))
  const source = await get({}, { progress })
  expect(source).toMatchObject({ repository: 'owner/model', commit })
  expect(source.folder).toBe(join(home, 'models--owner--model', 'snapshots', commit))
  expect(readFileSync(join(source.folder, 'model.safetensors'))).toEqual(Buffer.from(large))
  expect(readFileSync(join(source.folder, 'config.json'), 'utf8')).toBe(files['config.json'])
  expect(existsSync(join(source.folder, 'README.md'))).toBe(true)
  expect(existsSync(join(source.folder, 'pytorch_model.bin'))).toBe(false)
  expect(lines[0]).toBe(`owner/model: main is ${commit} now. Pin it with \`revision\` in the recipe.`)
  const asked = hub.requests.length
  expect(await get({}, { revision: commit })).toEqual(source)
  expect(hub.requests.length).toBe(asked)
  // a branch may have moved: asked again, downloaded no more
  expect(await get()).toEqual(source)
  expect(hub.requests.slice(asked).some((request) => request.includes('/resolve/'))).toBe(false)
})

test('a connection that breaks is taken up where it broke', async () => {
  hub.misbehaviour.breakAfter = 20_000
  const { folder } = await get()
  expect(readFileSync(join(folder, 'model.safetensors'))).toEqual(Buffer.from(large))
  const ranges = hub.requests.filter((request) => /bytes=[1-9]/.test(request))
  expect(ranges.length).toBeGreaterThanOrEqual(2)
  expect(ranges[0]).toMatch(/bytes=20000-/)
})

test('a run that was killed is taken up by the next', async () => {
  hub.misbehaviour.breakAfter = 15_000
  const controller = new AbortController()
  // within the second attempt: what the first one brought is on the disk
  const update = () =>
    hub.requests.some((request) => /bytes=[1-9]/.test(request)) && controller.abort(new Error('Ctrl-C'))
  const progress = { ...plainProgress(() => {}), update }
  await expect(get({}, { signal: controller.signal, progress })).rejects.toThrow('Ctrl-C')
  hub.misbehaviour.breakAfter = undefined
  await get()
  expect(hub.requests.at(-1)).toMatch(/model.safetensors bytes=15000-|model.safetensors bytes=30000-/)
})

test('a hub that is overloaded is asked again', async () => {
  await get() // the commit is known from here on
  rmSync(home, { recursive: true })
  mkdirSync(home)
  hub.misbehaviour.busy = true
  // asking for the revision is not repeated: it is said and the next run asks
  expect(await complaint(get())).toMatch(/answers 503 for owner\/model: it is out of order/)
  hub.misbehaviour.busy = false
  await get()
})

describe('offline', () => {
  test('uses what was downloaded', async () => {
    const source = await get()
    await hub.close()
    expect(await get({ HF_HUB_OFFLINE: '1' })).toEqual(source)
  })

  test('says what is not there', async () => {
    expect(await complaint(get({ HF_HUB_OFFLINE: '1' }))).toMatch(
      /main is not whole in .*HF_HUB_OFFLINE is set/,
    )
    expect(hub.requests).toEqual([])
  })
})

describe('is said in a sentence', () => {
  test('a hub that is silent, from the start or within a file', async () => {
    hub.misbehaviour.dead = true
    expect(await complaint(get())).toMatch(/revision\/main\S* sent nothing for 0.5 s/)
    hub.misbehaviour.dead = false
    hub.misbehaviour.silent = true
    expect(await complaint(get())).toMatch(
      /could not be downloaded: \d+ of \d+ bytes came. .*sent nothing for 0.5 s/,
    )
  }, 60_000)

  test('a wrong name, a wrong revision, a path that is not there', async () => {
    expect(await complaint(get({}, { revision: 'v2' }))).toMatch(
      /answers 404 for owner\/model: .*no revision v2/,
    )
    const settings = environment()
    expect(await complaint(fetchModel('owner/other', { settings }))).toMatch(/answers 404 for owner\/other/)
    expect(await complaint(fetchModel('./models/x', { settings }))).toMatch(/no folder .\/models\/x/)
    expect(await complaint(fetchModel('model', { settings }))).toMatch(/"model" names no model/)
  })

  test('no token, a wrong one, a malformed one', async () => {
    hub.misbehaviour.token = 'hf_right'
    expect(await complaint(get())).toMatch(/answers 401 for owner\/model: it needs a token: set HF_TOKEN/)
    expect(await complaint(get({ HF_TOKEN: 'hf_wrong' }))).toMatch(/HF_TOKEN is not accepted/)
    expect(() => environment({ HF_TOKEN: 'right' })).toThrow(/HF_TOKEN does not begin with "hf_"/)
    expect((await get({ HF_TOKEN: 'hf_right' })).commit).toBe(commit)
  })

  test('weights of another form only', async () => {
    const message = await complaint(fetchModel('owner/old', { settings: environment() }))
    expect(message).toMatch(/owner\/old has no model.safetensors, but pytorch_model.bin/)
  })

  test('another file than was announced, which is thrown away', async () => {
    hub.misbehaviour.forged = true
    expect(await complaint(get())).toMatch(/came with the hash [0-9a-f]{12}...; the hub announced/)
    expect(globSync('models--*/blobs/*', { cwd: home })).toEqual([])
  })

  test('nobody at the address', async () => {
    await hub.close()
    expect(await complaint(get())).toMatch(/cannot be reached for owner\/model \(.*ECONNREFUSED/)
  })
})

test('a folder of this machine is itself', async () => {
  writeFileSync(join(home, 'config.json'), '{}')
  expect(await fetchModel(home, { settings: environment() })).toEqual({ folder: home })
})

test('modules that lie next to the model come with it', async () => {
  const { folder } = await fetchModel('owner/split', { settings: environment() })
  for (const [path, wanted] of Object.entries(modules))
    expect(readFileSync(join(folder, path)), path).toEqual(Buffer.from(wanted))
})

test('a folder of models is looked into before the hub is asked', async () => {
  const models = join(home, 'models')
  for (const name of ['model', join('other', 'model')]) {
    mkdirSync(join(models, name), { recursive: true })
    writeFileSync(join(models, name, 'config.json'), '{}')
  }
  const settings = environment({ DISRANKER_MODELS: models })
  const owner = await fetchModel('owner/model', { settings })
  expect(owner).toEqual({ folder: join(models, 'model'), repository: 'owner/model' })
  const other = await fetchModel('other/model', { settings })
  expect(other.folder).toBe(join(models, 'other', 'model'))
  expect(hub.requests).toEqual([])
  expect((await fetchModel('owner/split', { settings })).commit).toBe(commit)
  // a folder of models under other names is told of, with the names that it has
  const offline = environment({ DISRANKER_MODELS: models, HF_HUB_OFFLINE: '1' })
  await expect(fetchModel('owner/elsewhere', { settings: offline })).rejects.toThrow(
    /has no folder owner\/elsewhere or elsewhere; it has: model, other\./,
  )
  const gone = environment({ DISRANKER_MODELS: join(home, 'gone') })
  await expect(fetchModel('owner/model', { settings: gone })).rejects.toThrow(/gone, which is not there/)
})

test('two that download at a time leave one whole file, and a lock of a dead process holds nobody up', async () => {
  const blobs = join(home, 'models--owner--model', 'blobs')
  mkdirSync(blobs, { recursive: true })
  const hash = createHash('sha256').update(large).digest('hex')
  writeFileSync(
    join(blobs, `${hash}.incomplete.lock`),
    JSON.stringify({ host: hostname(), process: 2 ** 22 + 1 }),
  )
  const [one, two] = await Promise.all([get(), get()])
  expect(one.folder).toBe(two.folder)
  expect(readFileSync(join(one.folder, 'model.safetensors'))).toEqual(Buffer.from(large))
  expect(
    hub.requests.filter((request) => /model\.safetensors/.test(request) && request.startsWith('GET')),
  ).not.toEqual([])
  expect(globSync('**/*.lock', { cwd: home })).toEqual([])
  expect(globSync('**/*.incomplete', { cwd: home })).toEqual([])
})

test('a folder of models is told from the folder of one, and does not pass for a revision', async () => {
  const folder = join(home, 'models', 'model')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'config.json'), '{}')
  await expect(get({ DISRANKER_MODELS: folder })).rejects.toThrow(
    /which is the folder of a model. Wanted: the folder above it, .*called owner\/model or model/,
  )
  const lines: string[] = []
  const options = { revision: 'c0ffee', progress: plainProgress((line) => lines.push(line)) }
  expect(await get({ DISRANKER_MODELS: join(home, 'models') }, options)).toMatchObject({ folder })
  expect(lines.join()).toMatch(/A folder does not say its revision, so nothing shows that it is c0ffee/)
})
