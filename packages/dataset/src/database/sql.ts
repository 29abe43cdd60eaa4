// SQL is kept in separate files, so that it can be read and run elsewhere unchanged. The caller fills in each
// name in braces with a number or a piece of SQL.
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * The statements of a file.
 * @param file `new URL('./<name>.sql', import.meta.url)`, so that the module that runs the file names it
 * @throws {Error} when a name in braces has no value, or a value has no name in braces
 */
export function sql(file: URL, values: Readonly<Record<string, string | number>> = {}): string {
  const path = fileURLToPath(file)
  const text = readFileSync(path, 'utf8')
  for (const key of Object.keys(values))
    if (!text.includes(`{${key}}`)) throw new Error(`${basename(path)} has no {${key}}.`)
  return text.replace(/\{(\w+)\}/g, (_, key: string) => {
    const value = values[key]
    if (value === undefined) throw new Error(`${basename(path)} needs a value for {${key}}.`)
    return String(value)
  })
}
