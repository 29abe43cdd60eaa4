// Snowball's stemmers, by language (ISO 639-1), and a light one of Hindi. English keeps Porter's of 1980,
// because models were trained with it.
import { stemmer as ar } from '@orama/stemmers/arabic'
import { stemmer as hy } from '@orama/stemmers/armenian'
import { stemmer as da } from '@orama/stemmers/danish'
import { stemmer as nl } from '@orama/stemmers/dutch'
import { stemmer as fi } from '@orama/stemmers/finnish'
import { stemmer as fr } from '@orama/stemmers/french'
import { stemmer as de } from '@orama/stemmers/german'
import { stemmer as el } from '@orama/stemmers/greek'
import { stemmer as hu } from '@orama/stemmers/hungarian'
import { stemmer as hi } from '@orama/stemmers/indian'
import { stemmer as id } from '@orama/stemmers/indonesian'
import { stemmer as ga } from '@orama/stemmers/irish'
import { stemmer as it } from '@orama/stemmers/italian'
import { stemmer as lt } from '@orama/stemmers/lithuanian'
import { stemmer as no } from '@orama/stemmers/norwegian'
import { stemmer as pt } from '@orama/stemmers/portuguese'
import { stemmer as ro } from '@orama/stemmers/romanian'
import { stemmer as ru } from '@orama/stemmers/russian'
import { stemmer as sr } from '@orama/stemmers/serbian'
import { stemmer as es } from '@orama/stemmers/spanish'
import { stemmer as sv } from '@orama/stemmers/swedish'
import { stemmer as ta } from '@orama/stemmers/tamil'
import { stemmer as tr } from '@orama/stemmers/turkish'

export const STEMMERS: Readonly<Record<string, (word: string) => string>> = {
  ...{ ar, da, de, el, es, fi, fr, ga, hi, hu, hy, id, it, lt, nl, no, pt, ro, ru, sr, sv, ta, tr },
}
