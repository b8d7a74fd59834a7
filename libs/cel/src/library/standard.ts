import { functionsOf } from '../check/environment.ts'
import type { Environment } from '../check/environment.ts'
import { authorizers } from './authorizer.ts'
import { addresses } from './addresses.ts'
import { arithmetic } from './arithmetic.ts'
import { conversions } from './conversions.ts'
import { namedFormats } from './formats.ts'
import { lists } from './lists.ts'
import { logic } from './logic.ts'
import { optionals } from './optionals.ts'
import { quantities } from './quantities.ts'
import { regex } from './regex.ts'
import { relations } from './relations.ts'
import { semvers } from './semvers.ts'
import { strings } from './strings.ts'
import { standardTexts } from './texts.ts'
import { times } from './times.ts'
import { urls } from './urls.ts'

/** Every function that an expression in Kubernetes 1.35 may call. */
export const kubernetesFunctions: Environment['functions'] = functionsOf([
  ...logic,
  ...arithmetic,
  ...relations,
  ...conversions,
  ...standardTexts,
  ...times,
  ...optionals,
  ...strings,
  ...regex,
  ...lists,
  ...quantities,
  ...addresses,
  ...urls,
  ...namedFormats,
  ...semvers,
  ...authorizers,
])
