// Starts the endpoint from complete stages.
import { join } from 'node:path'
import { runChild, StageFailed } from './run-stages.ts'
import type { Shown } from './show.ts'
import { readReport, summary } from './summary.ts'
import { ROOT, startChild } from './turbo.ts'

const COMMANDS = join(ROOT, 'apps/edge/commands')

/**
 * Makes the folder that the edge serves, and returns the report's statement on the model in it.
 * @param evaluate folder of the report
 * @param words arguments of bundle.ts; none for the stages of the checkout
 * @throws {StageFailed} when the report says that the model must not be served
 */
export async function makeBundle(
  shown: Shown,
  evaluate: string,
  words: readonly string[] = [],
): Promise<void> {
  const { screen, log } = shown
  const lines: string[] = []
  const onLine = (line: string) => {
    lines.push(line)
    log.write(line, 'bundle')
  }
  const code = await runChild(startChild([join(COMMANDS, 'assets/bundle.ts'), ...words], { onLine }), shown)
  if (code !== 0) throw new StageFailed(lines.join('\n'))
  const report = readReport(evaluate)
  if (report !== undefined) screen.say(`\n${summary(report).join('\n')}`)
}

export interface Serving {
  /** folder to serve; the checkout's by default */
  readonly dist?: string
  /** work that begins when the server answers, and ends with it */
  behind?(): Promise<void>
}

/** Serves until it is stopped. @returns the exit code of the server */
export async function serve(
  { screen, log, children }: Shown,
  { dist, behind }: Serving = {},
): Promise<number> {
  let work: Promise<void> | undefined
  const words = [join(COMMANDS, 'dev.ts'), ...(dist === undefined ? [] : [dist])]
  const server = startChild(words, {
    onLine(line) {
      screen.say(line)
      log.write(line, 'serve')
      // the last line that it prints on start
      if (line.startsWith('Ctrl-C')) work ??= behind?.()
    },
  })
  children.add(server)
  const code = await server.ended
  children.delete(server)
  for (const child of children) child.stop('SIGTERM')
  await work
  return code
}
