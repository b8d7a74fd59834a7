/** What tables print for what isn't there. */
export const orNone = (text: string | undefined): string => (text ? text : '<none>')

/** Labels or a map selector as tables print them: `a=1,b=2`, sorted, `<none>` for none. */
export const labelsText = (labels: Readonly<Record<string, string>> | undefined): string =>
  orNone(
    Object.entries(labels ?? {})
      .map(([key, value]) => `${key}=${value}`)
      .sort()
      .join(','),
  )
