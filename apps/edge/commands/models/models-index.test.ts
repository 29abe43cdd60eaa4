import { expect, it } from 'vitest'
import { changeIndex, type IndexStore } from './models-index.ts'

const entry = (version: string) => ({ current: version, versions: { [version]: { source: 'r2' as const } } })

/** A bucket with one file; what it is asked to do takes its time. */
function bucket(text?: string) {
  const file = { text, etag: 0 }
  const store: IndexStore = {
    async read() {
      await null
      return file.text === undefined ? undefined : { text: file.text, etag: String(file.etag) }
    },
    async write(text, etag) {
      await null
      if (etag !== (file.text === undefined ? undefined : String(file.etag))) return false
      Object.assign(file, { text, etag: file.etag + 1 })
      return true
    },
  }
  return { store, models: () => JSON.parse(file.text ?? '{}') }
}

it('keeps what five publishers write at the same time', async () => {
  const { store, models } = bucket()
  const ids = ['a', 'b', 'c', 'd', 'e']
  await Promise.all(
    ids.map((id) => changeIndex(store, (there) => ({ ...there, [id]: entry('0123456789ab') }))),
  )
  expect(Object.keys(models()).toSorted()).toEqual(ids)
})

it.each([
  ['a name that no reader takes', 'bad name', '0123456789ab'],
  ['a version that no reader takes', 'good', 'latest'],
])('writes nothing of %s', async (_, id, version) => {
  const { store, models } = bucket()
  await expect(changeIndex(store, () => ({ [id]: entry(version) }))).rejects.toThrow('models.json')
  expect(models()).toEqual({})
})

it('replaces no file that it does not understand', async () => {
  const { store } = bucket('{"disranker": 1}')
  await expect(changeIndex(store, (there) => there)).rejects.toThrow('models.json: disranker')
})
