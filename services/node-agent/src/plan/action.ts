import type { ContainerRole } from './containers.ts'

/** One effect for the shell. `subject` names what it works on: the plan never begins two effects of one subject. */
export type Action =
  | { readonly tag: 'PrepareVolumes'; readonly subject: 'volumes' }
  | {
      readonly tag: 'RunSandbox'
      readonly subject: 'pod'
      readonly attempt: number
      readonly replaces: readonly string[]
    }
  | {
      readonly tag: 'StartContainer'
      /** The container's name. */
      readonly subject: string
      readonly role: ContainerRole
      readonly sandboxId: string
      readonly attempt: number
      /** How long the next restart will have to wait; kept with the container. */
      readonly backOffSeconds: number
    }
  | {
      readonly tag: 'KillContainer'
      /** `kill/<id>`. */
      readonly subject: string
      readonly containerId: string
      readonly name: string
      /** When SIGKILL is due, milliseconds since the epoch. */
      readonly deadline: number
      /** Text of the Killing event. */
      readonly message: string
      readonly runPreStop: boolean
    }
  /** Other resources for containers that run, by id. */
  | { readonly tag: 'ResizePod'; readonly subject: 'resize'; readonly containers: readonly string[] }
  | { readonly tag: 'RemoveContainer'; readonly subject: string; readonly containerId: string }
  | { readonly tag: 'RemoveSandbox'; readonly subject: string; readonly sandboxId: string }
  | { readonly tag: 'StopSandboxes'; readonly subject: 'pod'; readonly sandboxIds: readonly string[] }
  | { readonly tag: 'TearDown'; readonly subject: 'pod' }
  /** Everything has stopped and the API knows: remove the object with grace 0. */
  | { readonly tag: 'DeleteObject'; readonly subject: 'object' }
  /** The object is gone: remove dead containers, sandboxes, logs. */
  | { readonly tag: 'Forget'; readonly subject: 'pod' }
  /** Something for people to know; told again of the same subject and with the same reason when `key` is another. */
  | {
      readonly tag: 'Tell'
      readonly subject: string
      readonly key: string
      readonly type: 'Normal' | 'Warning'
      readonly reason: string
      readonly message: string
      readonly container: string | undefined
    }

/** What takes time: everything but telling. */
export type Begun = Exclude<Action, { tag: 'Tell' }>
