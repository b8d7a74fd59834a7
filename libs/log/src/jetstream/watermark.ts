import type { StreamState } from '@periplus/bus'

/** Everything up to and including this sequence may be missing, because it was compacted away: in the stream's metadata. */
export const watermarkOf = ({ metadata }: StreamState): number => Number(metadata['io.periplus.watermark'] ?? 0)
