// Sends the users' actions on search results as events of User Behavior Insights (ubisearch.dev): clicks,
// results that were seen, and the time on a clicked document. A page marks its list and its results, and
// includes this script:
//   <ol data-ubi-query="<query_id>" data-ubi-token="<impression>"> <li data-ubi-object="<document id>">...</li> </ol>
//   <script src="https://<server>/ubi.js" data-consent="isAllowed" defer></script>
// It stores an id for the visit in sessionStorage and nothing else, sets no cookie, and does nothing for users who send Do Not Track or
// Global Privacy Control, or before the function named by data-consent returns true.

interface UbiEvent {
  action_name: string
  event_id: string
  query_id: string
  session_id: string
  client_id?: string
  timestamp: number
  event_attributes: { object: { object_id: string }; token: string; dwell_ms?: number }
}

/** The document that is open outside the page: a clicked result from which the user has not returned. */
interface Visit {
  readonly query: string
  readonly token: string
  readonly object: string
  readonly at: number
}

const SEEN_AFTER = 1_000 // ms in view
const FLUSH_AFTER = 5_000 // ms
const LONGEST_DWELL = 1_800_000 // ms
const MOST = 100 // events of a request

const script = document.currentScript as HTMLScriptElement | null
const { events: endpoint, client, consent } = script?.dataset ?? {}
const url = endpoint ?? new URL('/v1/events', script?.src ?? location.href).href

const refused = () =>
  (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl === true ||
  navigator.doNotTrack === '1'
const allowed = () =>
  !refused() &&
  (consent === undefined || (globalThis as unknown as Record<string, () => unknown>)[consent]?.() === true)

const keep = {
  get: (name: string) => {
    try {
      return sessionStorage.getItem(name)
    } catch {
      return null // storage is switched off
    }
  },
  set: (name: string, value: string) => {
    try {
      sessionStorage.setItem(name, value)
    } catch {}
  },
}

function session(): string {
  const id = keep.get('ubi-session') ?? crypto.randomUUID()
  keep.set('ubi-session', id)
  return id
}

const queue: UbiEvent[] = []
let timer: ReturnType<typeof setTimeout> | undefined

function add(action: string, { query, token, object }: Omit<Visit, 'at'>, dwell?: number): void {
  if (!allowed()) return
  queue.push({
    action_name: action,
    event_id: crypto.randomUUID(),
    query_id: query,
    session_id: session(),
    ...(client && { client_id: client }),
    timestamp: Date.now(),
    event_attributes: {
      object: { object_id: object },
      token,
      ...(dwell !== undefined && { dwell_ms: dwell }),
    },
  })
  timer ??= setTimeout(flush, FLUSH_AFTER)
}

/** A beacon outlives the page, and as plain text it needs no preflight request. */
function flush(): void {
  clearTimeout(timer)
  timer = undefined
  while (queue.length > 0) {
    const body = JSON.stringify(queue.splice(0, MOST))
    if (!navigator.sendBeacon?.(url, body))
      void fetch(url, { method: 'POST', body, keepalive: true }).catch(() => {})
  }
}

/** The result that contains an element, or is the element. */
function resultOf(element: Element): Omit<Visit, 'at'> | undefined {
  const object = element.closest<HTMLElement>('[data-ubi-object]')?.dataset.ubiObject
  const { ubiQuery: query, ubiToken: token } = element.closest<HTMLElement>('[data-ubi-query]')?.dataset ?? {}
  return object && query && token ? { object, query, token } : undefined
}

// in the capture phase: a handler of the page may stop the event
addEventListener(
  'click',
  ({ target }) => {
    const result = target instanceof Element ? resultOf(target) : undefined
    if (result === undefined) return
    add('click', result)
    if (allowed()) keep.set('ubi-visit', JSON.stringify({ ...result, at: Date.now() } satisfies Visit))
  },
  true,
)

/** Reports how long the user looked at the document, when the user returns from it. */
function endVisit(): void {
  const text = keep.get('ubi-visit')
  if (!text) return
  keep.set('ubi-visit', '')
  const { at, ...result } = JSON.parse(text) as Visit
  add('view', result, Math.min(LONGEST_DWELL, Date.now() - at))
}

const waiting = new Map<Element, ReturnType<typeof setTimeout>>()
const seen = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      clearTimeout(waiting.get(target))
      waiting.delete(target)
      if (!isIntersecting) continue
      const told = setTimeout(() => {
        seen.unobserve(target)
        const result = resultOf(target)
        if (result !== undefined) add('impression', result)
      }, SEEN_AFTER)
      waiting.set(target, told)
    }
  },
  { threshold: 0.5 },
)
const known = new WeakSet<Element>()
function watchResults(): void {
  for (const element of document.querySelectorAll('[data-ubi-object]')) {
    if (known.has(element)) continue
    known.add(element)
    seen.observe(element)
  }
}
new MutationObserver(watchResults).observe(document, { childList: true, subtree: true })
watchResults()

document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') flush()
  else endVisit()
})
addEventListener('pagehide', flush)
// shown again by the back button, or loaded again
addEventListener('pageshow', endVisit)
