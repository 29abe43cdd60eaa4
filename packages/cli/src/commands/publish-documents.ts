import { type CommandFile, script } from '../command-file.ts'

export const publishDocuments: CommandFile = {
  name: 'publish-documents',
  about: 'documents into a store, so that requests name them by id',
  arguments: [['<file>', 'JSONL of { id, text } or { id, title, summary }']],
  options: [
    ['--kv <id>', 'into this KV namespace'],
    ['--r2 <bucket>', 'into this R2 bucket'],
    ['--d1 <id>', 'into this D1 database'],
    ['--sqlite <file>', 'into this SQLite file, for the Node server'],
    ['--remove', 'take the documents of the file away'],
    ['--local', "in this machine's own copy"],
    ['--persist-to <folder>', 'where that copy lies'],
  ],
  example: 'disranker publish-documents documents.jsonl --kv 0f2ac74b498b48028cb68387c421e279',
  runs: script('apps/edge/commands/publish-documents.ts'),
}
