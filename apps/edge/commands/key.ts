// `npm run key --workspace @disranker/edge -- <name> [--expires <date>]`: makes a key. The server only gets
// its SHA-256; the key itself is printed once and not stored.
import { createHash, randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { parseKeys } from '../src/access/keys.ts'

const USAGE =
  'key: name the key: npm run key --workspace @disranker/edge -- <name of letters, digits, ".", "_", "-"> [--expires 2027-01-31]'

/** The arguments of the command; undefined if they name no key. */
function given(): { readonly name: string; readonly expires?: string | undefined } | undefined {
  try {
    const { values, positionals } = parseArgs({
      options: { expires: { type: 'string' } },
      allowPositionals: true,
    })
    const [name] = positionals
    return name === undefined || positionals.length > 1 ? undefined : { name, expires: values.expires }
  } catch {
    return undefined
  }
}

function makeKey(): void {
  const words = given()
  const key = `dr_${randomBytes(32).toString('base64url')}`
  const sha256 = createHash('sha256').update(key).digest('hex')
  const secret =
    words && JSON.stringify({ [words.name]: words.expires ? { sha256, expires: words.expires } : sha256 })
  try {
    if (secret === undefined) throw new Error('no name')
    // checked as the server will read it
    parseKeys(secret)
  } catch {
    console.error(USAGE)
    process.exitCode = 2
    return
  }
  console.log(`The key of "${words!.name}", shown this once. Clients send it as "Authorization: Bearer <key>":

  ${key}

Its entry, next to those of other keys (while it takes the place of another, both under the name, in an array):

  ${secret}

It goes into the secret RERANK_KEYS, in apps/edge: npx wrangler secret put RERANK_KEYS
or, without a deployment, into keys.json of the KV namespace or R2 bucket that is bound as KEYS (apps/docs/pages/deploy.md).
On this machine it goes into apps/edge/.dev.vars, as RERANK_KEYS='{...}'.`)
}

makeKey()
