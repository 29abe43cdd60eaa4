// Records the page's own searches like those of any shop, if the operator turned it on (RECORD_PAGE): the
// request identifies the searcher, the list is marked with the data from the answer, and /ubi.js sends the
// clicks.

/** The data about the record of a search in its answer. */
export interface RecordedList {
  readonly query_id: string
  readonly impression: string
}

/** stored like in /ubi.js: an id of the visit, and no cookie */
const SESSION = 'ubi-session'

const declined = () =>
  (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl === true ||
  navigator.doNotTrack === '1'

/**
 * The member `ubi` of a request; undefined for users who opted out.
 * @param ids of the documents, in the order of the request
 */
export function ubiOf(ids: readonly string[]): object | undefined {
  if (declined()) return undefined
  const session = sessionStorage.getItem(SESSION) ?? crypto.randomUUID()
  sessionStorage.setItem(SESSION, session)
  return { session_id: session, application: 'page', object_ids: ids }
}

/** Marks a list for /ubi.js, or removes the mark. */
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
