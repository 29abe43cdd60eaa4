// Values that the configurations of many architectures have.
import { z } from 'zod'

/** a whole number from 1 */
export const count = z.int('wanted a whole number from 1').min(1, 'wanted at least 1')
