/** Every byte of the text's UTF-8 as `%XX`. */
export const percentEncoded = (text: string): string => {
  let encoded = ''
  for (const byte of Buffer.from(text)) encoded += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  return encoded
}
