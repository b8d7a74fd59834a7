import { stringify } from 'yaml'
import { builtinRegistry } from '@periplus/custom'
import { asyncApi } from '../views/async-api.ts'

/** The text of `deploy/asyncapi.yaml`. */
export const asyncApiText = (): string =>
  stringify(asyncApi(builtinRegistry.kinds), { aliasDuplicateObjects: false, lineWidth: 0, singleQuote: true })
