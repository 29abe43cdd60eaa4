// The interface of a source of records: a folder, an S3 bucket (Cloudflare R2, AWS, MinIO), Iceberg tables or
// a search engine's index.

/** A file of a source. */
export interface RemoteFile {
  /** its path below the source, such as `ubi_events/2026/11/30/09/m0.ndjson.gz` */
  readonly name: string
  /** changes with the content */
  readonly tag: string
}

export interface RecordSource {
  /** for messages; without credentials */
  readonly name: string
  /**
   * Rows can move to other files, after which their old files are no longer listed, so the copies of those
   * are deleted.
   */
  readonly rewrites?: boolean
  /** Files of both tables with records at `since` or later, as far as their names tell. */
  list(since: Date | undefined): AsyncIterable<RemoteFile>
  read(file: RemoteFile): Promise<AsyncIterable<Uint8Array>>
}

/** Whether a name belongs to one of the two tables. */
export const isRecorded = (name: string): boolean =>
  /^ubi_(queries|events)([-/.]|$)/.test(name) && /\.((jsonl|ndjson|json)(\.gz|\.zst)?|parquet)$/.test(name)

/**
 * Whether the hour in a name (`2026-11-30T09`, `2026/11/30/09`), or its day (`year=2026/month=11/day=30`), is
 * at or after `since`; true for a name without one.
 */
export function isSince(name: string, since: Date | undefined): boolean {
  const found =
    /(\d{4})[-/](\d{2})[-/](\d{2})[T/](\d{2})/.exec(name) ??
    /year=(\d{4})\/month=(\d{2})\/day=(\d{2})(?:\/hour=(\d{2}))?/.exec(name)
  if (since === undefined || found === null) return true
  const [year, month, day] = found.slice(1, 4).map(Number)
  const hour = found[4] === undefined ? 23 : Number(found[4])
  return Date.UTC(year!, month! - 1, day, hour + 1) > since.getTime()
}
