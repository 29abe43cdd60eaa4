// `npm run key --workspace @disranker/edge -- <name>`: makes a key. The server is given its SHA-256 alone; the key itself is
// printed once and kept nowhere.
import { createHash, randomBytes } from 'node:crypto'

const name = process.argv[2] ?? ''
if (!/^[\w.-]{1,64}$/.test(name)) {
  console.error(
    'key: name the key: npm run key --workspace @disranker/edge -- <name of letters, digits, ".", "_", "-">',
  )
  process.exitCode = 2
} else {
  const key = `dr_${randomBytes(32).toString('base64url')}`
  const sha256 = createHash('sha256').update(key).digest('hex')
  console.log(`The key of "${name}", shown this once. Clients send it as "Authorization: Bearer <key>":

  ${key}

Its entry for the secret RERANK_KEYS, beside those of other keys:

  ${JSON.stringify({ [name]: sha256 })}

Set the secret, in apps/edge: npx wrangler secret put RERANK_KEYS
On this machine it goes into apps/edge/.dev.vars, as RERANK_KEYS='{...}'.`)
}
