/** The text without what it ends with of one character, however often, in time that grows with the text alone. */
export const withoutTrailing = (text: string, character: string): string => {
  let end = text.length
  while (text[end - 1] === character) end--
  return text.slice(0, end)
}
