// The page's own searches, recorded like those of any shop where the operator turned it on (RECORD_PAGE): the request says who
// searches, the list is marked with what the answer says of it, and /ubi.js sends the clicks.

/** What an answer says of the record of its search. */
export interface RecordedList {
  readonly query_id: string
  readonly impression: string
}

/** as /ubi.js keeps it: an id of the visit, and no cookie */
const SESSION = 'ubi-session'

const declined = () =>
  (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl === true ||
  navigator.doNotTrack === '1'

/**
 * The member `ubi` of a request; undefined for users who do not want it.
 * @param ids of the documents, in the order of the request
 */
export function ubiOf(ids: readonly string[]): object | undefined {
  if (declined()) return undefined
  const session = sessionStorage.getItem(SESSION) ?? crypto.randomUUID()
  sessionStorage.setItem(SESSION, session)
  return { session_id: session, application: 'page', object_ids: ids }
}

/** Marks a list for /ubi.js, or takes the mark away. */
export function markList(list: HTMLElement, recorded: RecordedList | undefined): void {
  delete list.dataset.ubiQuery
  delete list.dataset.ubiToken
  if (recorded === undefined) return
  list.dataset.ubiQuery = recorded.query_id
  list.dataset.ubiToken = recorded.impression
  for (const row of list.children as Iterable<HTMLElement>) row.dataset.ubiObject = row.dataset.document
  if (document.querySelector('script[src="/ubi.js"]') !== null) return
  const script = document.createElement('script')
  script.src = '/ubi.js'
  document.head.append(script)
}
