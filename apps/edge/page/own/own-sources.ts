// Own documents from a file or from the user's search API. Both go into the text field, where the user can read and change them before
// they are ranked.
import { byId } from '../elements.ts'
import { documentsAt } from './json-path.ts'

/** bytes of a file or of an answer: two hundred documents have far fewer */
const LARGEST = 4 * 1024 * 1024

/** @param changed called when a file was read into the field */
export function offerFile(
  texts: HTMLTextAreaElement,
  complain: (message: string) => void,
  changed: () => void,
): void {
  const file = byId<HTMLInputElement>('file')
  file.addEventListener('change', async () => {
    const [chosen] = file.files ?? []
    if (chosen === undefined) return
    if (chosen.size > LARGEST) return complain(`${chosen.name} is larger than ${LARGEST / 1024 / 1024} MB.`)
    texts.value = await chosen.text()
    changed()
  })
}

/**
 * The documents that a search API finds, for the field.
 * @param address with {query} as a placeholder
 * @throws {Error} the API cannot be reached, or its answer has no list at the path
 */
export async function askSearch(
  { address, path, query }: { readonly address: string; readonly path: string; readonly query: string },
  signal: AbortSignal,
): Promise<string> {
  const url = address.trim().replaceAll('{query}', encodeURIComponent(query))
  if (!URL.canParse(url))
    throw new Error(
      'The address of the search API is not a URL. Wanted a complete one, with {query} for the query.',
    )
  const response = await fetch(url, {
    signal,
    credentials: 'omit',
    headers: { accept: 'application/json' },
  }).catch((cause: unknown) => {
    if (signal.aborted) throw cause
    throw new Error(
      `${new URL(url).origin} could not be reached. It must answer pages of ${location.origin} (CORS), and this server must allow its origin (SEARCH_ORIGINS).`,
      { cause },
    )
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`The search API answered ${response.status}.`)
  if (text.length > LARGEST) throw new Error(`The search API answered more than ${LARGEST / 1024 / 1024} MB.`)
  let answer: unknown
  try {
    answer = JSON.parse(text)
  } catch {
    throw new Error('The search API did not answer JSON.')
  }
  return documentsAt(answer, path)
}
