// The origin of a request, as far as it can be trusted.

/** headers that proxies add: a request with one of them did not begin on this machine */
const FORWARDED = ['cf-ray', 'forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via']

/**
 * Whether a request comes from a program on this machine and names this machine as its host. A Host header alone proves nothing,
 * because any client can send one: the server must know that it listens on loopback, or see the client's address.
 * @param remote address of the other side, where the server sees it
 * @param origins whose pages may send requests: a browser on this machine sends what any web page tells it to send
 */
export function isLocal(
  request: Request,
  remote: string | undefined,
  origins: readonly string[] = [],
): boolean {
  const origin = request.headers.get('origin')
  const own = new URL(request.url).origin
  if (origin !== null && origin !== own && !origins.includes(origin) && !origins.includes('*')) return false
  if (FORWARDED.some((name) => request.headers.has(name))) return false
  if (remote !== undefined && !isLoopback(remote.replace(/^::ffff:/i, ''))) return false
  // a page of another name that resolves to this machine is not this machine
  return isLoopback(new URL(request.url).hostname)
}

const isLoopback = (host: string) =>
  host === 'localhost' || host === '[::1]' || host === '::1' || /^127(\.\d+){3}$/.test(host)

/** The network that shares a limit without a key: an IPv4 address, or the /64 of an IPv6 address, which one customer has. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  if (!address.includes(':')) return address
  const [head = '', tail] = address.toLowerCase().split('%')[0]!.split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const left = groups(head)
  const right = groups(tail ?? '')
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length)
  const all = [...left, ...Array<string>(zeros).fill('0'), ...right]
  return `${all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}
