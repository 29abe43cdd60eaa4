// The destination of records. One interface, several implementations: Cloudflare Pipelines, a Queue,
// a folder of the Node server, an HTTP collector.

/** The two tables of User Behavior Insights. */
export type RecordedTable = 'ubi_queries' | 'ubi_events'

/** A row with a unique id, so that a row that is sent twice counts once. */
export interface Row {
  readonly id: string
  readonly value: object
}

export interface Sink {
  /** for the log and /health */
  readonly name: string
  /** maximal characters of a row's JSON; no limit by default */
  readonly longest?: number
  /**
   * Stores rows. When it returns, a folder has them on the disk, or a service has accepted them.
   * @throws {Error} they may not be stored; they may be sent again
   */
  write(table: RecordedTable, rows: readonly Row[]): Promise<void>
  /** Closes it; rows that were passed before are stored. */
  close?(): Promise<void>
}
