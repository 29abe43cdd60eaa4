// Runs publint on a finished package: missing paths, formats that some runtime would not load.
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

/** @returns one sentence for each problem, including warnings and suggestions */
export async function checkPackage(folder: string): Promise<readonly string[]> {
  const { messages, pkg } = await publint({ pkgDir: folder, strict: true })
  return messages.map((message) => formatMessage(message, pkg) ?? message.code)
}
