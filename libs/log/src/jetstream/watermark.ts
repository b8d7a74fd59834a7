import type { StreamState } from '@periplus/bus'

/** In the stream's metadata. */
export const watermarkKey = 'io.periplus.watermark'

/** Everything up to and including this sequence was compacted away: what lived there is in the snapshot of this sequence. */
export const watermarkOf = ({ metadata }: StreamState): number => Number(metadata[watermarkKey] ?? 0)
