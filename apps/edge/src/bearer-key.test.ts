import { describe, expect, it } from 'vitest'
import { createKeyCheck } from './bearer-key.ts'

describe('createKeyCheck', () => {
  it('lets the bearer of the key in', async () => {
    const check = createKeyCheck('a-key')
    await check('Bearer a-key')
    await check('bearer  a-key')
  })

  it.each([undefined, '', 'a-key', 'Basic a-key', 'Bearer', 'Bearer a-ke', 'Bearer a-key2', 'Bearer A-KEY'])(
    'turns %j away',
    async (header) => {
      await expect(createKeyCheck('a-key')(header)).rejects.toMatchObject({ status: 401 })
    },
  )

  it('asks for nothing when there is no key, and refuses to start with an empty one', async () => {
    await createKeyCheck(undefined)(undefined)
    expect(() => createKeyCheck(' ')).toThrow('RERANK_KEY is set but empty')
  })
})
