// Parses pasted documents: one on each line, a title before a tab; or JSON, an array or one value on each
// line, of strings or objects of title and summary (or text).
import type { ExampleDocument } from '../example.ts'

/** @throws {Error} naming the wrong line or element, and the expected form */
export function parseDocuments(text: string, most: number): readonly ExampleDocument[] {
  const found = text.trim().startsWith('[') ? fromJson(text) : fromLines(text)
  if (found.length === 0) throw new Error('There are no documents. Paste one a line.')
  if (found.length > most) throw new Error(`These are ${found.length} documents; paste at most ${most}.`)
  return found.map((document, at) => ({ id: `your-${at + 1}`, ...document }))
}

type Texts = Omit<ExampleDocument, 'id'>

function fromJson(text: string): readonly Texts[] {
  let values: unknown
  try {
    values = JSON.parse(text)
  } catch {
    throw new Error('This begins like a JSON array and cannot be parsed. Check quotes and commas.')
  }
  return (values as unknown[]).map((value, at) => toTexts(value, `Element ${at + 1}`))
}

function fromLines(text: string): readonly Texts[] {
  return text.split(/\r?\n/).flatMap((line, at) => {
    if (line.trim() === '') return []
    if (line.trim().startsWith('{')) return [toTexts(parseLine(line, at), `Line ${at + 1}`)]
    const tab = line.indexOf('\t')
    const [title, summary] = tab === -1 ? ['', line] : [line.slice(0, tab), line.slice(tab + 1)]
    return [{ title: title.trim(), summary: summary.trim() }]
  })
}

function parseLine(line: string, at: number): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw new Error(`Line ${at + 1} begins like a JSON object and cannot be parsed. Check quotes and commas.`)
  }
}

function toTexts(value: unknown, where: string): Texts {
  if (typeof value === 'string') return { title: '', summary: value }
  const { title = '', summary, text } = (value ?? {}) as Record<string, unknown>
  const body = summary ?? text ?? ''
  if (typeof title !== 'string' || typeof body !== 'string' || title + body === '')
    throw new Error(`${where} is no document: wanted a string, or an object of title and summary (or text).`)
  return { title, summary: body }
}
