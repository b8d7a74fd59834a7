import { selectorFromLabels } from '@periplus/api'

/** What tables print for what isn't there. */
export const orNone = (text: string | undefined): string => (text ? text : '<none>')

/** Labels or a map selector as tables print them: `a=1,b=2` in the order of the keys, `<none>` for none. */
export const labelsText = (labels: Readonly<Record<string, string>> | undefined): string =>
  orNone(selectorFromLabels(labels).toString())
