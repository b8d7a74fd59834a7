import { CannotGoOn } from '@periplus/cluster'
import { readShadow } from '@periplus/cluster/roles'
import type { Context } from '../context.ts'
import { shadowText } from '../views/shadow.ts'

/** Exit code 1 where the shadow would do anything otherwise. */
export const shadowDiff = ({ home, say }: Context): void => {
  const found = readShadow(home)
  if (!found)
    throw new CannotGoOn("no shadow has looked at this cluster yet: 'periplus serve controllers --shadow' starts one")
  say(shadowText(found.progress, found.differences))
  if (found.differences.length > 0 || found.progress.notKept > 0) process.exitCode = 1
}
