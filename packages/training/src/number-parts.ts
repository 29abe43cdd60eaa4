// Numbers that recipes have in many places.
import { z } from 'zod'

/** a share of something */
export const share = z.number().min(0).max(1)
/** how often, how many */
export const count = z.int().min(1)
