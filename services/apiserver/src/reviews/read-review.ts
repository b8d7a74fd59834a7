import { E } from '@periplus/prelude'
import type { ResourceCall } from '../resources/resource-call.ts'
import { readBodyOf } from '../write/read-object.ts'
import { parseWriteOptions } from '../write/write-options.ts'

/** What is asked: a review comes as a creation does, and nothing is created. */
export const readReview = async ({ call, kind }: ResourceCall) => {
  const options = parseWriteOptions(call.query, 'CreateOptions')
  return E.isLeft(options) ? options : readBodyOf(call, kind, options.right)
}
