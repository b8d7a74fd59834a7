import { asBuffer } from '@periplus/prelude'
import { stringify } from 'yaml'
import { fromJson, toJson } from '@periplus/api'

/** JSON as YAML, or spread over lines. Takes seconds for megabytes. */
export const writtenForPeople = (form: 'yaml' | 'pretty', json: Uint8Array): string => {
  const value = fromJson(asBuffer(json).toString('utf8'))
  return form === 'yaml' ? stringify(value, { aliasDuplicateObjects: false }) : `${toJson(value, 2)}\n`
}
