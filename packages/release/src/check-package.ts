// What publint finds wrong with a made package: paths that are not there, formats that some runtime would not load.
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

/** @returns one sentence for each flaw, warnings and suggestions too */
export async function checkPackage(folder: string): Promise<readonly string[]> {
  const { messages, pkg } = await publint({ pkgDir: folder, strict: true })
  return messages.map((message) => formatMessage(message, pkg) ?? message.code)
}
