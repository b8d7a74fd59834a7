import { CannotGoOn } from '@periplus/cluster'
import type { ApiClient } from './api-client.ts'

/** Where the log stood at a moment, as people write it. */
export const momentOf = async (client: ApiClient, text: string): Promise<number> => {
  const place = (await client.get(`/history/moments/${encodeURIComponent(text)}`)) as
    { readonly sequence: number } | undefined
  if (!place) throw new CannotGoOn(`${client.server} tells no history`)
  return place.sequence
}
