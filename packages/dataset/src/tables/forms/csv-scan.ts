// Finds the records of a CSV file by its quotes. DuckDB accepts a quote that is never closed, or closed in
// the middle of a value, and reads all rows up to the next quote as one value; this scan detects such a file.

const QUOTE = 0x22
const NEWLINE = 0x0a
const RETURN = 0x0d

export interface CsvScan {
  add(bytes: Uint8Array): void
  /** after all bytes were added: the line of the first quote that is not closed correctly */
  end(): number | undefined
}

/**
 * at the start of a field, in an unquoted one, in a quoted one, after a quote in a quoted one (its end, or
 * half of a doubled one)
 */
type State = 'start' | 'unquoted' | 'quoted' | 'closing'

export function scanCsv(delimiter: string): CsvScan {
  const part = delimiter.charCodeAt(0)
  let state: State = 'start'
  let line = 1
  let opened = 1
  let broken: number | undefined
  const next = (byte: number): State => {
    if (byte === NEWLINE) line++
    if (state === 'quoted') return byte === QUOTE ? 'closing' : 'quoted'
    if (state === 'closing' && byte === QUOTE) return 'quoted'
    if (byte === part || byte === NEWLINE || byte === RETURN) return 'start'
    if (state === 'closing') broken ??= opened
    if (state !== 'start' || byte !== QUOTE) return 'unquoted'
    opened = line
    return 'quoted'
  }
  return {
    add(bytes) {
      for (let at = 0; at < bytes.length && broken === undefined; at++) {
        if (state === 'quoted' && bytes[at] !== QUOTE && bytes[at] !== NEWLINE) continue
        state = next(bytes[at]!)
      }
    },
    end: () => broken ?? (state === 'quoted' ? opened : undefined),
  }
}
