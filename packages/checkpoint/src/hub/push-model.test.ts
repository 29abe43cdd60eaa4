import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ReceivingHub, startReceivingHub } from '../../testing/receiving-hub.ts'
import { hubSettings } from './hub-settings.ts'
import { pushModel } from './push-model.ts'

const TOKEN = 'hf_of_the_tests'
const large = Uint8Array.from({ length: 50_000 }, (_, i) => (i * 7 + (i >> 8)) % 251)
const files = new Map([
  ['config.json', new TextEncoder().encode('{"model_type":"bert"}')],
  ['onnx/model.onnx', large],
])
let hub: ReceivingHub
beforeEach(async () => {
  hub = await startReceivingHub(TOKEN)
})
afterEach(() => hub.close())
const push = (environment: Record<string, string> = {}, repository = 'owner/model') =>
  pushModel({
    repository,
    files,
    settings: hubSettings({ HF_ENDPOINT: hub.endpoint, HF_TOKEN: TOKEN, ...environment }),
    title: 'a model',
  })

test('makes the repository and brings small and large files in one commit; again, too', async () => {
  const { commit, url } = await push()
  expect(commit).toMatch(/^c0ffee/)
  expect(url).toContain('/owner/model/commit/')
  const stored = hub.repositories.get('owner/model')!
  expect([...stored.keys()]).toEqual([...files.keys()])
  for (const [path, bytes] of files) expect(stored.get(path)).toEqual(Buffer.from(bytes))
  await push()
  expect(hub.repositories.size).toBe(1)
})

test('says in a sentence what is in the way, and commits nothing', async () => {
  await expect(push({ HF_TOKEN: '' })).rejects.toThrow('HF_TOKEN is not set')
  await expect(push({ HF_HUB_OFFLINE: '1' })).rejects.toThrow('HF_HUB_OFFLINE is set')
  await expect(push({ HF_TOKEN: 'hf_wrong' })).rejects.toThrow(/could not be pushed .* it answered 401/)
  await expect(push({}, 'nowhere')).rejects.toThrow('"nowhere" names no repository')
  hub.broken = true
  await expect(push()).rejects.toThrow(/owner\/model could not be pushed/)
  expect([...hub.repositories.get('owner/model')!.keys()]).toEqual([])
})
