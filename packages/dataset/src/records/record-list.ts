// Records in memory, with the interface of records in a file.
import type { Records } from './records.ts'

export function listRecords<Record extends { readonly id: string }>(
  list: readonly Record[],
): Records<Record> {
  const numbers = new Map(list.map(({ id }, number) => [id, number]))
  return {
    length: list.length,
    at: (number) => list[number]!,
    get: (id) => list[numbers.get(id) ?? -1],
    has: (id) => numbers.has(id),
    idOf: (number) => list[number]!.id,
    numberOf: (id) => numbers.get(id) ?? -1,
    close() {},
    [Symbol.iterator]: () => list[Symbol.iterator](),
  }
}
