// SQL lies in files of its own, so that it can be read, and run elsewhere, as it is. A name in braces is a number or a
// piece of SQL that the caller fills in.
import { readFileSync } from 'node:fs'

/**
 * The statements of `sql/<name>.sql`.
 * @throws {Error} when a name in braces has no value, or a value no name in braces
 */
export function sql(name: string, values: Readonly<Record<string, string | number>> = {}): string {
  const text = readFileSync(new URL(`sql/${name}.sql`, import.meta.url), 'utf8')
  for (const key of Object.keys(values))
    if (!text.includes(`{${key}}`)) throw new Error(`sql/${name}.sql has no {${key}}.`)
  return text.replace(/\{(\w+)\}/g, (_, key: string) => {
    const value = values[key]
    if (value === undefined) throw new Error(`sql/${name}.sql needs a value for {${key}}.`)
    return String(value)
  })
}
