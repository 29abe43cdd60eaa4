export type { CommandFile } from './command-file.ts'
export { commands } from './commands/index.ts'
