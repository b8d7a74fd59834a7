import { CannotGoOn } from '@periplus/cluster'
import type { Resource } from '../past/resources.ts'
import { resourceOfWord } from './state-reader.ts'

/** `deploy/web` among what the server serves. */
export const resourceAndName = (
  resources: readonly Resource[],
  text: string,
): { readonly resource: Resource; readonly name: string } => {
  const [word = '', name = '', ...rest] = text.split('/')
  if (word === '' || name === '' || rest.length > 0)
    throw new CannotGoOn(`'${text}' is not of the form KIND/NAME, such as pod/web`)
  const resource = resourceOfWord(resources, word)
  if (!resource) throw new CannotGoOn(`the server has no kind of the name '${word}'`)
  return { resource, name }
}
