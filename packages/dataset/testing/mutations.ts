// Damages good files at random, as failed exports do: truncated, re-encoded, with values missing, swapped or
// duplicated. The same seed makes the same file.
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { seededSampler } from '../src/records/seeded-sampler.ts'

export type Row = Readonly<Record<string, unknown>>
export type Form = 'jsonl' | 'csv'

export interface Mutated {
  /** the damage, for messages */
  readonly what: string
  readonly ending: string
  readonly content: Uint8Array
}

const KINDS = ['cut', 're-encoded', 'null', 'swapped', 'doubled'] as const

const textOf = (rows: readonly Row[], form: Form): string => {
  if (form === 'jsonl') return rows.map((row) => `${JSON.stringify(row)}\n`).join('')
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const cell = (value: unknown) =>
    value === null || value === undefined ? '' : `"${String(value).replaceAll('"', '""')}"`
  return [names.map(cell), ...rows.map((row) => names.map((name) => cell(row[name])))]
    .map((cells) => `${cells.join(',')}\n`)
    .join('')
}

/** The rows as an undamaged file. */
export const good = (rows: readonly Row[], form: Form): Uint8Array => Buffer.from(textOf(rows, form))

/** The rows as a damaged file; `seed` chooses the damage. */
export function mutate(rows: readonly Row[], form: Form, seed: number): Mutated {
  const sampler = seededSampler(seed, 'mutation')
  const pick = <Item>(items: readonly Item[]): Item => items[sampler.integer(items.length)]!
  const share = 0.02 + 0.6 * sampler.uniform()
  const chosen = rows.map(() => sampler.uniform() < share)
  const names = Object.keys(rows[0]!)
  const kind = KINDS[seed % KINDS.length]!
  const file = (what: string, changed: readonly Row[]): Mutated => ({
    what: `${kind}: ${what}`,
    ending: form,
    content: good(changed, form),
  })
  if (kind === 'null') {
    const name = pick(names)
    const empty = pick([null, undefined, ''])
    return file(
      `${name} is ${empty} in ${Math.round(100 * share)} %`,
      rows.map((row, n) => (chosen[n] ? { ...row, [name]: empty } : row)),
    )
  }
  if (kind === 'swapped') {
    const [one, other] = [pick(names), pick(names)]
    return file(
      `${one} and ${other} in ${Math.round(100 * share)} %`,
      rows.map((row, n) => (chosen[n] ? { ...row, [one]: row[other], [other]: row[one] } : row)),
    )
  }
  if (kind === 'doubled') {
    const again = rows.filter((_, n) => chosen[n])
    return sampler.uniform() < 0.5
      ? file(`${again.length} rows at the end`, [...rows, ...again])
      : file(
          `${again.length} rows beside themselves`,
          rows.flatMap((row, n) => (chosen[n] ? [row, row] : [row])),
        )
  }
  const text = textOf(rows, form)
  const bytes = Buffer.from(text)
  if (kind === 'cut') {
    const ending = pick([form, `${form}.gz`, `${form}.zst`])
    const whole = ending.endsWith('.gz')
      ? gzipSync(bytes)
      : ending.endsWith('.zst')
        ? zstdCompressSync(bytes)
        : bytes
    let at = 1 + sampler.integer(whole.length - 2)
    // a text that is cut at a line end is a complete, shorter text
    while (whole === bytes && (whole[at - 1] === 0x0a || whole[at] === 0x0a)) at--
    return { what: `cut: ${ending} at ${at} of ${whole.length}`, ending, content: whole.subarray(0, at) }
  }
  const way = pick([
    'latin1',
    'utf16le',
    'utf16le with a mark',
    'a mark',
    'CRLF',
    'CR',
    'gz',
    'zst',
    'gz twice',
  ])
  const encoded: Readonly<Record<string, () => [string, Uint8Array]>> = {
    latin1: () => [form, Buffer.from(text, 'latin1')],
    utf16le: () => [form, Buffer.from(text, 'utf16le')],
    'utf16le with a mark': () => [form, Buffer.from(`\ufeff${text}`, 'utf16le')],
    'a mark': () => [form, Buffer.from(`\ufeff${text}`)],
    CRLF: () => [form, Buffer.from(text.replaceAll('\n', '\r\n'))],
    CR: () => [form, Buffer.from(text.replaceAll('\n', '\r'))],
    gz: () => [`${form}.gz`, gzipSync(bytes)],
    zst: () => [`${form}.zst`, zstdCompressSync(bytes)],
    'gz twice': () => [`${form}.gz`, gzipSync(gzipSync(bytes))],
  }
  const [ending, content] = encoded[way]!()
  return { what: `re-encoded: ${way}`, ending, content }
}
