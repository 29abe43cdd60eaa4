/** what the documents and queries of small corpora are about */
export const SUBJECTS = [
  'apple',
  'bridge',
  'candle',
  'desert',
  'engine',
  'forest',
  'garden',
  'harbor',
  'island',
  'jacket',
]
