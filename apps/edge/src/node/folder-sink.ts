// Recording into a folder of the Node server: JSON lines, a file for each table and hour. A write returns when its lines are on the disk;
// writes that come while the disk is busy share the next flush. A line that a crash truncated was never acknowledged, and no process
// writes into a file of another.
import { randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { RecordedTable, Sink } from '../online/sink.ts'

export interface FolderSinkOptions {
  readonly folder: string
  /** bytes after which a new file begins */
  readonly bytes?: number
  readonly now?: () => number
}

const BYTES = 64 * 1024 * 1024

export function folderSink({ folder, bytes = BYTES, now = Date.now }: FolderSinkOptions): Sink {
  const process = randomUUID().slice(0, 8)
  const tables = new Map<RecordedTable, Table>()
  const tableOf = (name: RecordedTable) => {
    const table = tables.get(name) ?? createTable(join(folder, name), process, bytes, now)
    tables.set(name, table)
    return table
  }
  return {
    name: 'folder',
    write: (table, rows) =>
      tableOf(table).write(rows.map(({ value }) => `${JSON.stringify(value)}\n`).join('')),
    async close() {
      await Promise.all([...tables.values()].map((table) => table.close()))
    },
  }
}

interface Table {
  write(lines: string): Promise<void>
  close(): Promise<void>
}

function createTable(folder: string, process: string, most: number, now: () => number): Table {
  let file: { readonly handle: FileHandle; readonly hour: string; bytes: number } | undefined
  let part = 0
  let waiting: string[] = []
  // the running flush, and the next one, which writes the waiting lines
  let running = Promise.resolve()
  let next: Promise<void> | undefined

  async function flush(): Promise<void> {
    next = undefined
    const text = Buffer.from(waiting.join(''))
    waiting = []
    const hour = new Date(now()).toISOString().slice(0, 13)
    if (file !== undefined && (file.hour !== hour || file.bytes >= most)) {
      await file.handle.close()
      file = undefined
    }
    if (file === undefined) {
      await mkdir(folder, { recursive: true })
      file = { handle: await open(join(folder, `${hour}-${process}-${part++}.jsonl`), 'ax'), hour, bytes: 0 }
    }
    try {
      await file.handle.appendFile(text)
      await file.handle.datasync()
      file.bytes += text.byteLength
    } catch (error) {
      // the file may end within a line, so no other line may be appended to it
      await file.handle.close().catch(() => {})
      file = undefined
      throw error
    }
  }

  return {
    write(lines) {
      waiting.push(lines)
      if (next === undefined) {
        next = running.then(flush)
        running = next.catch(() => {})
      }
      return next
    },
    async close() {
      await running
      await file?.handle.close()
      file = undefined
    },
  }
}
