// The encoder of `npm run start:pretrained`, for the embedded example, too.
import own from '../features.ts'

export default own
