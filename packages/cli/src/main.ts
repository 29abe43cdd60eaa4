#!/usr/bin/env node
// `npx disranker <command>` in a checkout.
import { commands } from './commands.ts'
import { createProgram } from './program.ts'
import { runScripts } from './run-scripts.ts'

const program = createProgram(commands, {
  async run(file, words, json) {
    const code = await runScripts(file.runs(words), json)
    if (json && code === 0) console.log(JSON.stringify(file.result?.(words) ?? null, undefined, 2))
    return code
  },
  exit(code) {
    process.exitCode = code
  },
})
await program.parseAsync()
