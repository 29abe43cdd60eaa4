// Neither SQL nor a bound value reaches a message, whatever DuckDB says.
import { inspect } from 'node:util'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Connection, wrapConnection } from './connection.ts'

let instance: DuckDBInstance
let connection: Connection
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:')
  connection = wrapConnection(await instance.connect())
})
afterAll(() => {
  connection.close()
  instance.closeSync()
})

const values = { salt: 'pepper-4711' }
const collect = async (sql: string) => {
  for await (const chunk of connection.chunks(sql)) chunk.getColumns()
}
const FAILURES: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['a parser error', () => connection.run(`SELECT 'session-0815`)],
  ['an unknown table', () => connection.run(`SELECT * FROM nowhere WHERE id = 'session-0815'`)],
  ['a conversion', () => connection.rows(`SELECT ('session-0815' || $salt)::INTEGER`, values)],
  ['a conversion in a stream', () => collect(`SELECT ('session-0815' || range)::INTEGER FROM range(5)`)],
  [
    'statements',
    async () => (await connection.statements(`SELECT ('session-0815' || $salt)::INTEGER`, values))[0]!(),
  ],
  ['broken statements', () => connection.statements(`SELECT FROM WHERE 'session-0815'`, values)],
]

it.each(FAILURES)('says nothing of what was run: %s', async (_, fail) => {
  const error = await fail().then(
    () => undefined,
    (failure: unknown) => failure,
  )
  expect(error).toBeInstanceOf(Error)
  // with its stack and causes, as a terminal shows it
  const shown = inspect(error)
  expect(shown).toMatch(/DatabaseError: .*\w+ Error/)
  expect(shown).not.toMatch(/session-0815|pepper-4711|LINE 1/)
})

it('binds values', async () => {
  expect(await connection.rows('SELECT md5($salt) AS hash', values)).toEqual([
    { hash: '88367865b010f8bd65df24246003870e' },
  ])
})
