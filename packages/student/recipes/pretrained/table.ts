// The table of `npm run start:pretrained`.
import own from '../table.ts'

export default own
