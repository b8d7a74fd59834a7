import type { ContainerState } from '@periplus/runtime'
import type { Operation } from '../plan/observed.ts'

/** What a pod's dead containers left behind for people, each read once. */
export interface LastMessages {
  /** By container id. */
  readonly texts: ReadonlyMap<string, string>
  /** False while one of them is still being read: the pod's status would be half of the truth. */
  areRead(containers: readonly ContainerState[]): boolean
}

export const lastMessages = (
  operations: Map<string, Operation>,
  read: (container: ContainerState) => Promise<string>,
  changed: () => void,
): LastMessages => {
  const texts = new Map<string, string>()
  const begin = (container: ContainerState): void => {
    const subject = `message/${container.id}`
    if (operations.has(subject)) return
    operations.set(subject, { tag: 'Other' })
    void read(container).then(text => {
      texts.set(container.id, text)
      operations.delete(subject)
      changed()
    })
  }
  return {
    texts,
    areRead: containers => {
      const isGone = (id: string): boolean => !containers.some(container => container.id === id)
      for (const id of texts.keys()) if (isGone(id)) texts.delete(id)
      const unread = containers.filter(({ id, state }) => state === 'exited' && !texts.has(id))
      unread.forEach(begin)
      return unread.length === 0
    },
  }
}
