import { messageOf } from '@periplus/prelude'
import { CannotGoOn } from '@periplus/cluster'
import { RE2JS } from 're2js'

/** Whether a text has what `--grep` asks for, in time that grows with the text, whatever a container writes; everything has nothing. */
export const grepPattern = (grep: string | undefined): ((text: string) => boolean) => {
  if (grep === undefined) return () => true
  const pattern = compiled(grep)
  return text => pattern.matcher(text).find()
}

const compiled = (grep: string): RE2JS => {
  try {
    return RE2JS.compile(grep)
  } catch (error) {
    throw new CannotGoOn(`--grep ${grep}: ${messageOf(error)}`)
  }
}
