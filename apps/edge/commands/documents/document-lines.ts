// Reads and checks the lines of a file of documents: { id, text } or { id, title, summary }.
import { z } from 'zod'
import { LONGEST_ID } from '../../src/documents/published-documents.ts'
import type { RequestDocument } from '../../src/ranking/ranking-request.ts'

/** A document as it is stored. */
export interface DocumentLine {
  readonly id: string
  readonly document: RequestDocument
}

const bytesOf = (text: string) => new TextEncoder().encode(text).length

const line = z
  .looseObject({
    id: z
      .string()
      .min(1, 'is empty')
      .refine((id) => bytesOf(id) <= LONGEST_ID, `has more than ${LONGEST_ID} bytes`),
    text: z.string().optional(),
    title: z.string().optional(),
    summary: z.string().optional(),
  })
  .refine(
    ({ text, title, summary }) =>
      [text, title, summary].some((part) => part !== undefined && /\S/.test(part)),
    {
      error: 'has no text, title or summary',
    },
  )

/**
 * @param file its name, for messages
 * @param size number of documents in a batch
 * @throws {Error} naming the line that is no document, or has the id of an earlier one
 */
export async function* documentLines(
  lines: AsyncIterable<string> | Iterable<string>,
  file: string,
  size: number,
): AsyncGenerator<readonly DocumentLine[]> {
  const seen = new Map<string, number>()
  let some: DocumentLine[] = []
  let number = 0
  for await (const text of lines) {
    number++
    if (text.trim() === '') continue
    const { id, document } = read(text, `${file}, line ${number}`)
    const before = seen.get(id)
    if (before !== undefined)
      throw new Error(`${file}, line ${number}: has the id of line ${before}. Each id may occur once.`)
    seen.set(id, number)
    some.push({ id, document })
    if (some.length < size) continue
    yield some
    some = []
  }
  if (some.length > 0) yield some
}

function read(text: string, where: string): DocumentLine {
  const wanted = 'wanted {"id":"...","text":"..."}, or "title" and "summary"'
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Error(`${where}: is no JSON; ${wanted}.`)
  }
  const parsed = line.safeParse(value)
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!
    throw new Error(`${where}: ${[...path, message].join(' ')}; ${wanted}.`)
  }
  const { id, title, summary, text: plain } = parsed.data
  if (title === undefined && summary === undefined) return { id, document: plain! }
  return { id, document: { ...(title !== undefined && { title }), summary: summary ?? plain ?? '' } }
}
